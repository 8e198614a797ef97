package io.kurier.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import java.net.ConnectException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.LoggerFactory;

/** Several APIs on the same topics, with different settings, or started and stopped during the test. */
@ExtendWith(SharedApi.class)
class ManyApisIT {
    private final TestApi one;
    private final ApiClient caller;

    ManyApisIT(TestApi one) {
        this.one = one;
        this.caller = one.caller();
    }

    @Test
    void webhookOfOneApiIsShownAndDeletedByAnother() throws Exception {
        try (TestApi two = one.another(Map.of())) {
            String id = caller.webhook("https://example.com/");
            await().atMost(30, TimeUnit.SECONDS)
                    .untilAsserted(() -> caller.at(two).get("/webhooks/" + id).is(200));
            caller.at(two).delete("/webhooks/" + id).is(204);
            await().atMost(30, TimeUnit.SECONDS)
                    .untilAsserted(() -> caller.get("/webhooks/" + id).is(404));
            caller.delete("/webhooks/" + id).problem(404);
        }
    }

    @Test
    void webhooksCreatedAtBothApisAtOnceAreAllKept() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try (TestApi two = one.another(Map.of())) {
            List<CompletableFuture<String>> making = IntStream.range(0, 24)
                    .mapToObj(i -> CompletableFuture.supplyAsync(
                            () -> caller.at(i % 2 == 0 ? one : two).webhook("https://example.com/" + i), threads))
                    .toList();
            List<String> made = new ArrayList<>();
            for (CompletableFuture<String> one : making) {
                made.add(one.get(60, TimeUnit.SECONDS));
            }
            for (TestApi api : List.of(one, two)) {
                await().untilAsserted(
                                () -> assertThat(caller.at(api).get("/webhooks").ids("id"))
                                        .containsExactlyInAnyOrderElementsOf(made));
            }
            assertThat(made.stream().map(id -> one.runtime()
                            .webhooks()
                            .get(id)
                            .orElseThrow()
                            .number()))
                    .as("numbers")
                    .doesNotHaveDuplicates();
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void webhooksAndReplaysSurviveTheApiThatCreatedThem() throws Exception {
        String webhook;
        String replay;
        try (TestApi two = one.another(Map.of())) {
            webhook = caller.at(two).webhook("https://example.com/");
            replay = caller.at(two)
                    .post("/replays", "{}")
                    .is(202)
                    .json()
                    .path("id")
                    .asText();
        }
        try (TestApi three = one.another(Map.of())) {
            caller.at(three).get("/webhooks/" + webhook).is(200);
            caller.at(three).get("/replays/" + replay).is(200);
        }
    }

    @Test
    void privateAddressIsAcceptedIfASettingAllowsIt() throws Exception {
        try (TestApi two = one.another(Map.of("KURIER_ALLOW_PRIVATE_NETWORKS", "true"))) {
            for (String url : List.of(
                    "http://localhost:3000/hook", "http://127.0.0.1:1/", "https://[::1]/", "http://intranet/")) {
                caller.at(two).webhook(url);
            }
            caller.at(two)
                    .post("/webhooks", "{\"url\":\"http://8.8.8.8/\",\"events\":[\"*\"]}")
                    .problem(400, "url");
        }
        try (TestApi three = one.another(Map.of("KURIER_ALLOW_HTTP", "true"))) {
            caller.at(three).webhook("http://example.com/");
            caller.at(three)
                    .post("/webhooks", "{\"url\":\"http://127.0.0.1/\",\"events\":[\"*\"]}")
                    .problem(400, "url");
        }
    }

    @Test
    void closingAnswersOpenRequestsAndRefusesNewOnes() throws Exception {
        TestApi two = one.another(Map.of());
        byte[] body = "{\"type\":\"job.completed\",\"data\":1}".getBytes(UTF_8);
        ExecutorService threads = Executors.newSingleThreadExecutor();
        try (Socket socket = new Socket("127.0.0.1", two.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream()
                    .write(("POST /api/v1/events?tenant=" + caller.tenant() + " HTTP/1.1\r\nhost: x\r\nx-api-key: "
                                    + TestApi.KEY + "\r\nexpect: 100-continue\r\ncontent-length: " + body.length
                                    + "\r\n\r\n")
                            .getBytes(UTF_8));
            byte[] go = socket.getInputStream().readNBytes("HTTP/1.1 100 Continue\r\n\r\n".length());
            assertThat(new String(go, UTF_8)).startsWith("HTTP/1.1 100");

            CompletableFuture<Void> stopped = CompletableFuture.runAsync(two::stop, threads);
            await().atMost(30, TimeUnit.SECONDS).until(() -> isRefused(two.port()));
            assertThat(stopped).isNotDone();
            socket.getOutputStream().write(body);
            socket.getOutputStream().flush();
            assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8))
                    .startsWith("HTTP/1.1 202 ")
                    .contains("accepted");
            stopped.get(15, TimeUnit.SECONDS);
        } finally {
            threads.shutdownNow();
            two.runtime().close();
        }
        assertThat(caller.events()).hasSize(1);
    }

    private static boolean isRefused(int port) throws Exception {
        try (Socket probe = new Socket("127.0.0.1", port)) {
            return false;
        } catch (ConnectException refused) {
            return true;
        }
    }

    @Test
    void noLogLineContainsASecret() throws Exception {
        Logger kurier = (Logger) LoggerFactory.getLogger("io.kurier");
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.list = Collections.synchronizedList(lines.list);
        lines.start();
        kurier.setLevel(Level.TRACE);
        ((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).addAppender(lines);
        String secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        try (TestApi two = one.another(Map.of("KURIER_ALLOW_PRIVATE_NETWORKS", "true"))) {
            String webhook = "{\"url\":\"http://localhost/hook?token=t0psecret\",\"events\":[\"*\"],\"secret\":\"";
            ApiClient here = caller.at(two);
            Answer made = here.post("/webhooks", webhook + secret + "\"}").is(201);
            here.post("/webhooks", webhook + "whsec_t0psecret\"}").is(400);
            here.post("/webhooks", webhook + secret).is(400);
            here.post("/events", "{\"type\":\"a\",\"data\":{\"password\":\"t0psecret\"}}")
                    .is(202);
            here.get("/webhooks?token=t0psecret&limit=x").is(400);
            here.delete("/webhooks/" + made.json().path("id").asText()).is(204);
        } finally {
            ((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).detachAppender(lines);
            kurier.setLevel(null);
        }
        assertThat(lines.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .anyMatch(line -> line.contains("the API listens"));
        assertThat(lines.list).noneMatch(line -> {
            String text = line.getFormattedMessage()
                    + (line.getThrowableProxy() == null ? "" : ThrowableProxyUtil.asString(line.getThrowableProxy()));
            return text.contains("t0psecret") || text.contains("MfKQ9r8GKYqrTwjUPD8") || text.contains(TestApi.KEY);
        });
    }
}
