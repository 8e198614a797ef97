package io.kurier.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The receiver as a well-behaved client sees it, and its record of the requests. */
class ScriptedReceiverIT {
    private static final Duration SOON = Duration.ofSeconds(60);

    private final ScriptedReceiver receiver = ScriptedReceiver.start();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @AfterEach
    void stop() {
        receiver.close();
    }

    @Test
    void answersOkAndRemembersTheWholeRequest() throws Exception {
        Instant before = Instant.now().minusMillis(1);
        long beforeNanos = System.nanoTime();
        var answer = client.send(
                HttpRequest.newBuilder(URI.create(receiver.url("/hook?a=1&b=%20")))
                        .header("X-Twice", "one")
                        .header("X-Twice", "two")
                        .POST(HttpRequest.BodyPublishers.ofString("żółw"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("ok");
        Received received = receiver.awaitRequests("/hook", 1, SOON).get(0);
        assertThat(received.method()).isEqualTo("POST");
        assertThat(received.path()).isEqualTo("/hook");
        assertThat(received.query()).isEqualTo("a=1&b=%20");
        assertThat(received.body()).isEqualTo("żółw".getBytes(UTF_8));
        assertThat(received.text()).isEqualTo("żółw");
        assertThat(received.headers("x-tWICE")).containsExactly("one", "two");
        assertThat(received.header("x-twice")).contains("one");
        assertThat(received.header("absent")).isEmpty();
        assertThat(received.headerLines()).contains("X-Twice: two");
        assertThat(received.arrivedAt()).isBetween(before, Instant.now());
        assertThat(received.arrivedAtNanos()).isBetween(beforeNanos, System.nanoTime());
    }

    @Test
    void followsTheScriptThenTheDefaultOfThePath() throws Exception {
        receiver.respond("/a", Answer.status(500), Answer.status(429).withHeader("Retry-After", "7"));
        receiver.respond("/a", Answer.status(410));
        receiver.respondAlways("/b", Answer.status(202).withBody("later"));
        assertThat(List.of(post("/a"), post("/a"), post("/a"), post("/a")))
                .extracting(HttpResponse::statusCode)
                .containsExactly(500, 429, 410, 200);
        assertThat(post("/b").body()).isEqualTo("later");
        assertThat(post("/b").statusCode()).isEqualTo(202);
    }

    @Test
    void headersOfAnAnswerReachTheClient() throws Exception {
        receiver.respond(
                "/a",
                Answer.status(503)
                        .withHeader("Retry-After", "7")
                        .withHeader("X-A", "1")
                        .withHeader("X-A", "2"));
        HttpResponse<String> answer = post("/a");
        assertThat(answer.headers().firstValue("retry-after")).contains("7");
        assertThat(answer.headers().allValues("x-a")).containsExactly("1", "2");
        assertThat(answer.headers().firstValue("content-length")).contains("0");
    }

    @Test
    void theFunctionGoesBeforeTheScriptAndMayPass() throws Exception {
        receiver.respondAlways("/hook", Answer.status(201));
        receiver.answerWith(request -> request.text().contains("bad") ? Answer.status(422) : null);
        assertThat(post("/hook", "bad").statusCode()).isEqualTo(422);
        assertThat(post("/hook", "good").statusCode()).isEqualTo(201);
    }

    @Test
    void aFunctionThatFailsIsSeenByTheClient() throws Exception {
        receiver.answerWith(request -> {
            throw new IllegalStateException("mistake");
        });
        assertThat(post("/hook").statusCode()).isEqualTo(500);
        assertThat(post("/hook").body()).contains("mistake");
    }

    @Test
    void aDelayedAnswerDoesNotComeEarlyAndHoldsNobodyElseUp() throws Exception {
        receiver.respond("/slow", Answer.ok().delay(Duration.ofMillis(300)));
        long start = System.nanoTime();
        CompletableFuture<HttpResponse<String>> slow = postAsync("/slow");
        assertThat(post("/fast").statusCode()).isEqualTo(200);
        assertThat(slow).isNotDone();
        assertThat(slow.get().statusCode()).isEqualTo(200);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(300));
    }

    @Test
    void aBlackHoleHoldsTheRequestUntilItIsReleased() throws Exception {
        receiver.respondAlways("/hole", Answer.never());
        CompletableFuture<HttpResponse<String>> first = postAsync("/hole");
        CompletableFuture<HttpResponse<String>> second = postAsync("/hole");
        receiver.awaitRequests("/hole", 2, SOON);
        assertThat(receiver.inFlight("/hole")).isEqualTo(2);
        assertThat(receiver.openConnections()).isEqualTo(2);
        assertThat(first).isNotDone();
        receiver.release();
        assertThat(first.get().body()).isEqualTo("ok");
        assertThat(second.get().body()).isEqualTo("ok");
        // the answer may arrive before its writer has counted it
        Awaitility.await().atMost(SOON).until(() -> receiver.inFlight("/hole") == 0);
        assertThat(receiver.mostInFlight("/hole")).isEqualTo(2);
        assertThat(receiver.requestCount()).isEqualTo(2);
    }

    @Test
    void connectionsAreKeptAliveAndNumbered() throws Exception {
        post("/a");
        post("/a");
        post("/a");
        assertThat(receiver.acceptedConnections()).isEqualTo(1);
        assertThat(receiver.requests("/a")).extracting(Received::connection).containsExactly(1L, 1L, 1L);
    }

    @Test
    void aReceiverThatIsDownRefusesAndComesBackAtTheSamePort() throws Exception {
        post("/a");
        receiver.goDown();
        Awaitility.await("it refuses").atMost(SOON).until(this::refuses);
        Awaitility.await().atMost(SOON).until(() -> receiver.openConnections() == 0);
        receiver.comeBack();
        try (var again = new RawClient(receiver).post("/a", "{}")) {
            assertThat(again.read(15)).isEqualTo("HTTP/1.1 200 OK");
        }
        assertThat(receiver.requestCount("/a")).isEqualTo(2);
    }

    private boolean refuses() throws Exception {
        try (var client = new RawClient(receiver)) {
            return false;
        } catch (ConnectException e) {
            return true;
        }
    }

    @Test
    void underParallelLoadEveryRequestIsRememberedOnce() {
        int clients = 8;
        int each = 500;
        var answers = new ArrayList<CompletableFuture<Void>>();
        for (int number = 0; number < clients; number++) {
            String path = "/hook/" + number;
            answers.add(CompletableFuture.runAsync(
                    () -> IntStream.range(0, each).forEach(i -> postUnchecked(path, path + " " + i))));
        }
        answers.forEach(CompletableFuture::join);
        assertThat(receiver.requestCount()).isEqualTo(clients * each);
        assertThat(receiver.requests().stream().map(Received::text).distinct()).hasSize(clients * each);
        assertThat(receiver.requests("/hook/3").stream().map(Received::text))
                .as("in the order of their arrival")
                .containsExactlyElementsOf(
                        IntStream.range(0, each).mapToObj(i -> "/hook/3 " + i).toList());
    }

    private HttpResponse<String> post(String path) throws Exception {
        return post(path, "{}");
    }

    private HttpResponse<String> post(String path, String body) throws Exception {
        return client.send(request(path, body), HttpResponse.BodyHandlers.ofString());
    }

    private void postUnchecked(String path, String body) {
        try {
            assertThat(post(path, body).statusCode()).isEqualTo(200);
        } catch (Exception failure) {
            throw new AssertionError(failure);
        }
    }

    private CompletableFuture<HttpResponse<String>> postAsync(String path) {
        return client.sendAsync(request(path, "{}"), HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest request(String path, String body) {
        return HttpRequest.newBuilder(URI.create(receiver.url(path)))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .timeout(SOON)
                .build();
    }
}
