package io.kurier.sender;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.model.webhook.Webhook;
import io.kurier.testkit.Answer;
import io.kurier.testkit.Received;
import io.kurier.testkit.ScriptedReceiver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests to a receiver that behaves, or does not. */
class HttpSenderIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    /** Of requests that are to end before it. */
    private static final Duration AMPLE = Duration.ofSeconds(30);

    private static final String CHUNKED = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";

    private final ScriptedReceiver receiver = ScriptedReceiver.start();
    private final SenderFixture sender = new SenderFixture(Samples.config());

    @AfterEach
    void stop() {
        sender.close();
        receiver.close();
    }

    @Test
    void aConnectionIsKeptForTheNextRequest() throws Exception {
        for (int i = 0; i < 20; i++) {
            assertThat(send()).isEqualTo(AttemptResult.answered(200, "ok"));
        }

        assertThat(receiver.requests("/hook").stream().map(Received::connection))
                .hasSize(20)
                .containsOnly(1L);
        assertThat(sender.connectionsIdle()).isEqualTo(1);
    }

    @Test
    void anUnusedConnectionIsClosedAfterItsTime() throws Exception {
        try (var brief = new SenderFixture(Samples.config("KURIER_IDLE_CONNECTION", "1s"))) {
            brief.send(webhook(TIMEOUT));
            assertThat(receiver.openConnections()).isEqualTo(1);
            Awaitility.await().until(() -> receiver.openConnections() == 0);
            assertThat(brief.connectionsIdle()).isZero();
        }
    }

    @Test
    void aConnectionTheReceiverEndsIsNotUsedAgain() throws Exception {
        receiver.respond("/hook", Answer.ok().closeAfterAnswer());

        assertThat(send().status()).isEqualTo(200);
        assertThat(send().status()).isEqualTo(200);
        assertThat(receiver.acceptedConnections()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void noRedirectIsFollowed(int status) throws Exception {
        receiver.respond("/hook", Answer.status(status).withHeader("location", receiver.url("/elsewhere")));

        AttemptResult result = send();

        assertThat(result.status()).isEqualTo(status);
        assertThat(receiver.requestCount("/elsewhere")).isZero();
        assertThat(receiver.requestCount()).isEqualTo(1);
    }

    @Test
    void aResetIsNotSentAgain() throws Exception {
        receiver.respond("/hook", Answer.reset());

        endsWith("reset");
    }

    @Test
    void aCloseBeforeTheAnswerIsNotSentAgain() throws Exception {
        receiver.respond("/hook", Answer.closeBeforeAnswer());

        endsWith("reset");
    }

    /** The trap of keep-alive: the connection was good a moment ago. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aKeptConnectionThatBreaksUnderTheRequestIsNotSentAgain(boolean byReset) throws Exception {
        send();
        receiver.respond("/hook", byReset ? Answer.reset() : Answer.closeBeforeAnswer());

        AttemptResult result = send();

        assertThat(result.error()).isEqualTo("reset");
        assertThat(receiver.requests("/hook").stream().map(Received::connection))
                .containsExactly(1L, 1L);
        nextRequestUsesANewConnection();
    }

    @Test
    void aResetInTheMiddleOfTheBodyIsAFailure() throws Exception {
        receiver.respond(
                "/hook",
                Answer.raw("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nok")
                        .dripping(Duration.ofMillis(1))
                        .resetAfterAnswer());

        endsWith("reset");
    }

    @Test
    void aBlackHoleEndsAtTheTimeout() throws Exception {
        receiver.respond("/hook", Answer.never());

        endsAtTheTimeout("waiting for the response");
    }

    @Test
    void anAnswerWithoutItsEndEndsAtTheTimeout() throws Exception {
        receiver.respond("/hook", Answer.raw("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nok"));

        endsAtTheTimeout("reading the response");
    }

    @Test
    void anAnswerThatDripsForeverEndsAtTheTimeout() throws Exception {
        receiver.respond(
                "/hook", Answer.raw(CHUNKED + "1\r\nx\r\n".repeat(1_000)).dripping(Duration.ofMillis(5)));

        endsAtTheTimeout("reading the response");
    }

    @Test
    void aConnectionThatIsAcceptedAndNeverReadEndsAtTheTimeout() throws Exception {
        receiver.welcome(ScriptedReceiver.Welcome.IGNORE);
        long began = System.nanoTime();

        assertThat(sender.send(webhook(TIMEOUT)).error()).isEqualTo("timeout");
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isBetween(TIMEOUT, TIMEOUT.plus(AMPLE));
    }

    /** What came late must not be taken for the answer to the next request. */
    @Test
    void aLateAnswerIsNobodys() throws Exception {
        receiver.respond(
                "/hook",
                Answer.status(418).delay(TIMEOUT.plusMillis(400)),
                Answer.ok().delay(Duration.ofSeconds(1)));

        assertThat(sender.send(webhook(TIMEOUT)).error()).isEqualTo("timeout");
        assertThat(send().status()).isEqualTo(200);
        assertThat(receiver.acceptedConnections()).isEqualTo(2);
    }

    @Test
    void anEndlessBodyIsNotReadToItsEnd() throws Exception {
        receiver.respond("/hook", Answer.endless(CHUNKED, "400\r\n" + "x".repeat(1024) + "\r\n"));
        long began = System.nanoTime();

        AttemptResult result = sender.send(webhook(AMPLE));

        assertThat(result.status()).isEqualTo(200);
        assertThat(result.excerpt()).isEqualTo("x".repeat(256));
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(AMPLE);
        nextRequestUsesANewConnection();
    }

    @Test
    void aBodyOfUpTo64KiBKeepsTheConnectionAndALongerOneDoesNot() throws Exception {
        receiver.respond(
                "/hook",
                Answer.status(200).withBody("x".repeat(64 * 1024)),
                Answer.status(500).withBody("x".repeat(1024 * 1024)));

        assertThat(send().status()).isEqualTo(200);
        assertThat(sender.connectionsIdle()).isEqualTo(1);
        assertThat(send().status()).isEqualTo(500);
        assertThat(receiver.acceptedConnections()).isEqualTo(1);
        nextRequestUsesANewConnection();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ICY 99 what\r\n\r\n",
                "\u0000\u0001\u0002\r\n\r\n\r\n",
                "HTTP/1.1 200 OK\r\ncontent-length: -5\r\n\r\n",
                "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
                "HTTP/1.1 101 Switching Protocols\r\n\r\n",
                "HTTP/1.1 999 What\r\ncontent-length: 0\r\n\r\n",
            })
    void garbageIsNoAnswer(String garbage) throws Exception {
        receiver.respond("/hook", Answer.raw(garbage));

        endsWith("response");
    }

    @Test
    void aHeadWithoutEndIsNoAnswer() throws Exception {
        receiver.respond("/hook", Answer.endless("HTTP/1.1 200 OK\r\n", "x-filler: " + "x".repeat(100) + "\r\n"));

        endsWith("response");
    }

    @Test
    void interimAnswersAreNotTheAnswerAndTooManyAreNone() throws Exception {
        String processing = "HTTP/1.1 102 Processing\r\n\r\n";
        receiver.respond(
                "/hook",
                Answer.raw(processing + "HTTP/1.1 204 No Content\r\n\r\n"),
                Answer.endless(processing, processing));

        assertThat(send().status()).isEqualTo(204);
        assertThat(send().error()).isEqualTo("response");
    }

    @Test
    void nobodyThereIsAFailureToConnect() throws Exception {
        try (Socket deaf = new Socket()) {
            // taken, so that nobody else comes to listen there
            deaf.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            String url = "http://127.0.0.1:" + deaf.getLocalPort() + "/hook";

            assertThat(sender.send(Samples.webhook(1, url)).error()).isEqualTo("connect");
        }
    }

    private AttemptResult send() throws Exception {
        return sender.send(webhook(AMPLE));
    }

    private Webhook webhook(Duration timeout) {
        return Samples.webhook(1, receiver.url("/hook"), "*", Samples.NEVER_AGAIN, timeout);
    }

    private void endsWith(String error) throws Exception {
        AttemptResult result = sender.send(webhook(AMPLE));

        assertThat(result.error()).as("%s", result).isEqualTo(error);
        assertThat(result.status()).isZero();
        assertThat(result.error()).isNotNull();
        assertThat(receiver.requestCount()).as("sent once").isEqualTo(1);
        nextRequestUsesANewConnection();
    }

    private void endsAtTheTimeout(String phase) throws Exception {
        long began = System.nanoTime();

        AttemptResult result = sender.send(webhook(TIMEOUT));

        assertThat(Duration.ofNanos(System.nanoTime() - began)).isBetween(TIMEOUT, TIMEOUT.plus(AMPLE));
        assertThat(result)
                .isEqualTo(AttemptResult.failed("timeout", "the webhook's timeout of 2s expired while " + phase));
        assertThat(receiver.requestCount()).as("sent once").isEqualTo(1);
        nextRequestUsesANewConnection();
    }

    private void nextRequestUsesANewConnection() throws Exception {
        assertThat(sender.connectionsIdle()).isZero();
        long before = receiver.acceptedConnections();
        assertThat(sender.send(webhook(AMPLE)).status()).isEqualTo(200);
        assertThat(receiver.acceptedConnections()).isEqualTo(before + 1);
        Awaitility.await().until(() -> receiver.openConnections() == 1);
    }
}
