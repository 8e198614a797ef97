package io.kurier.sender;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.testkit.Answer;
import io.kurier.testkit.ScriptedReceiver;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Phases of an attempt that end before the webhook's timeout does, and what is written down of them. */
class PhaseTimeoutsIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final SenderFixture sender =
            new SenderFixture(Samples.config("KURIER_TLS_TIMEOUT", "300ms", "KURIER_FIRST_BYTE_TIMEOUT", "1s"));

    @AfterEach
    void stop() {
        sender.close();
    }

    @Test
    void aHandshakeThatStallsEndsAtItsOwnTimeout() throws Exception {
        try (var receiver = RawReceiver.plain(wire -> {})) {
            long began = System.nanoTime();

            AttemptResult result = send("https://127.0.0.1:" + receiver.port() + "/hook", TIMEOUT);

            assertThat(result)
                    .isEqualTo(AttemptResult.failed(
                            "timeout", "KURIER_TLS_TIMEOUT of 300ms expired while performing the TLS handshake"));
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isBetween(Duration.ofMillis(300), TIMEOUT);
            Awaitility.await("the connection is dropped").until(() -> receiver.open() == 0);
            assertThat(receiver.requests()).isZero();
        }
    }

    @Test
    void anAnswerThatDoesNotBeginEndsAtItsOwnTimeoutOnNewAndKeptConnections() throws Exception {
        try (var receiver = ScriptedReceiver.start()) {
            String url = receiver.url("/hook");
            receiver.respond("/hook", Answer.never(), Answer.ok(), Answer.never());

            endsBeforeTheFirstByte(url);
            assertThat(send(url, TIMEOUT).status()).isEqualTo(200);
            endsBeforeTheFirstByte(url);
            assertThat(receiver.acceptedConnections()).isEqualTo(2);
            assertThat(sender.connectionsIdle()).isZero();
        }
    }

    private void endsBeforeTheFirstByte(String url) throws Exception {
        assertThat(send(url, TIMEOUT))
                .isEqualTo(AttemptResult.failed(
                        "timeout", "KURIER_FIRST_BYTE_TIMEOUT of 1s expired while waiting for the response"));
    }

    /** Even when the first byte is no whole line. */
    @Test
    void anAnswerThatHasBegunMayTakeTheWholeTimeout() throws Exception {
        try (var receiver = ScriptedReceiver.start()) {
            receiver.respond(
                    "/hook",
                    Answer.raw("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok").dripping(Duration.ofMillis(45)));
            long began = System.nanoTime();

            assertThat(send(receiver.url("/hook"), TIMEOUT).status()).isEqualTo(200);
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofMillis(1_100));
        }
    }

    @Test
    void theWebhooksOwnTimeoutCountsBesides() throws Exception {
        try (var receiver = ScriptedReceiver.start()) {
            receiver.respond("/hook", Answer.never());

            assertThat(send(receiver.url("/hook"), Duration.ofMillis(200)))
                    .isEqualTo(AttemptResult.failed(
                            "timeout", "the webhook's timeout of 200ms expired while waiting for the response"));
        }
    }

    private AttemptResult send(String url, Duration timeout) throws Exception {
        return sender.send(Samples.webhook(1, url, "*", Samples.NEVER_AGAIN, timeout));
    }
}
