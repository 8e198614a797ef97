package io.kurier.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.SocketException;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The bytes on the wire when a receiver misbehaves on purpose. */
class HostileReceiverIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

    private final ScriptedReceiver receiver = ScriptedReceiver.start();

    @AfterEach
    void stop() {
        receiver.close();
    }

    @Test
    void resetsInsteadOfAnAnswer() throws Exception {
        receiver.respond("/a", Answer.reset());
        try (var client = new RawClient(receiver).post("/a", "{}")) {
            assertThatExceptionOfType(SocketException.class)
                    .isThrownBy(client::readToEnd)
                    .withMessageContaining("reset");
        }
        assertThat(receiver.requests("/a")).as("it had arrived").hasSize(1);
        assertThat(receiver.inFlight("/a")).isZero();
    }

    @Test
    void closesInsteadOfAnAnswer() throws Exception {
        receiver.respond("/a", Answer.closeBeforeAnswer());
        try (var client = new RawClient(receiver).post("/a", "{}")) {
            assertThat(client.readToEnd()).isEmpty();
        }
    }

    @Test
    void closesAfterAnAnswerThatAnnouncesIt() throws Exception {
        receiver.respond("/a", Answer.ok().closeAfterAnswer());
        try (var client = new RawClient(receiver).post("/a", "{}")) {
            assertThat(client.readToEnd()).contains("connection: close\r\n").endsWith("\r\n\r\nok");
        }
        Awaitility.await().atMost(SOON).until(() -> receiver.openConnections() == 0);
    }

    @Test
    void rawBytesAreSentAsTheyAreAndTheConnectionStays() throws Exception {
        receiver.respond("/a", Answer.raw("ICY 99 \u0000\r\n"));
        try (var client = new RawClient(receiver).post("/a", "{}")) {
            assertThat(client.read(10)).isEqualTo("ICY 99 \u0000\r\n");
            assertThat(client.isSilentFor(100)).isTrue();
            assertThat(client.post("/a", "{}").read(OK.length())).isEqualTo(OK);
        }
    }

    @Test
    void rawBytesCloseWithoutAWord() throws Exception {
        receiver.respond(
                "/a",
                Answer.raw("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nok").closeAfterAnswer());
        try (var client = new RawClient(receiver).post("/a", "{}")) {
            assertThat(client.readToEnd()).endsWith("ok").doesNotContain("close");
        }
    }

    @Test
    void resetsInTheMiddleOfABody() throws Exception {
        String half = "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nok";
        receiver.respond("/a", Answer.raw(half).dripping(Duration.ofMillis(1)).resetAfterAnswer());
        try (var client = new RawClient(receiver).post("/a", "{}")) {
            assertThatExceptionOfType(SocketException.class).isThrownBy(client::readToEnd);
        }
    }

    @Test
    void dripsByteByByte() throws Exception {
        receiver.respond("/a", Answer.ok().dripping(Duration.ofMillis(5)));
        long start = System.nanoTime();
        try (var client = new RawClient(receiver).post("/a", "{}")) {
            assertThat(client.read(OK.length())).isEqualTo(OK);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isGreaterThanOrEqualTo(Duration.ofMillis(5).multipliedBy(OK.length() - 1));
    }

    @Test
    void anEndlessAnswerEndsWithItsClient() throws Exception {
        String head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
        String chunk = "1\r\nx\r\n";
        receiver.respond("/a", Answer.endless(head, chunk));
        try (var client = new RawClient(receiver).post("/a", "{}")) {
            assertThat(client.read(head.length() + 60_000)).isEqualTo(head + chunk.repeat(10_000));
            assertThat(receiver.inFlight("/a")).isEqualTo(1);
        }
        Awaitility.await().atMost(SOON).until(() -> receiver.openConnections() == 0 && receiver.inFlight("/a") == 0);
    }

    @Test
    void halfClosesButReadsOn() throws Exception {
        receiver.respond("/a", Answer.ok().halfCloseAfterAnswer());
        try (var client = new RawClient(receiver).post("/a", "{}")) {
            assertThat(client.readToEnd()).isEqualTo(OK);
            client.post("/a", "again");
            assertThat(receiver.awaitRequests("/a", 2, SOON)).hasSize(2);
        }
    }

    @Test
    void aClientThatGivesUpIsNoLongerInFlight() throws Exception {
        receiver.respond("/a", Answer.never());
        try (var client = new RawClient(receiver).post("/a", "{}")) {
            receiver.awaitRequests("/a", 1, SOON);
            assertThat(client.isSilentFor(50)).isTrue();
            assertThat(receiver.inFlight("/a")).isEqualTo(1);
        }
        Awaitility.await().atMost(SOON).until(() -> receiver.inFlight("/a") == 0);
        receiver.release();
        assertThat(receiver.mostInFlight("/a")).isEqualTo(1);
    }

    @Test
    void pipelinedRequestsAreAnsweredInTheirOrder() throws Exception {
        receiver.respond("/slow", Answer.raw("first").delay(Duration.ofMillis(50)));
        receiver.respond("/fast", Answer.raw("second"));
        try (var client = new RawClient(receiver)) {
            client.post("/slow", "{}").post("/fast", "{}");
            assertThat(client.read(11)).isEqualTo("firstsecond");
        }
    }

    @Test
    void aClientThatAsksForTheGoAheadGetsIt() throws Exception {
        try (var client = new RawClient(receiver)) {
            client.send("POST /a HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
            assertThat(client.read(25)).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
            assertThat(client.send("{}").read(OK.length())).isEqualTo(OK);
        }
    }

    @Test
    void whatIsNotHttpIsRefusedAndNotRemembered() throws Exception {
        try (var client = new RawClient(receiver).send("nonsense\r\n\r\n")) {
            assertThat(client.readToEnd()).startsWith("HTTP/1.1 400 ");
        }
        assertThat(receiver.requestCount()).isZero();
    }

    @Test
    void welcomesAsToldAndCountsEveryConnection() throws Exception {
        receiver.welcome(ScriptedReceiver.Welcome.CLOSE);
        try (var client = new RawClient(receiver)) {
            assertThat(client.readToEnd()).isEmpty();
        }
        receiver.welcome(ScriptedReceiver.Welcome.RESET);
        try (var client = new RawClient(receiver)) {
            assertThatExceptionOfType(SocketException.class).isThrownBy(client::readToEnd);
        }
        receiver.welcome(ScriptedReceiver.Welcome.IGNORE);
        try (var client = new RawClient(receiver).post("/a", "{}")) {
            assertThat(client.isSilentFor(100)).isTrue();
        }
        receiver.welcome(ScriptedReceiver.Welcome.SERVE);
        try (var client = new RawClient(receiver).post("/a", "{}")) {
            assertThat(client.read(OK.length())).isEqualTo(OK);
        }
        assertThat(receiver.acceptedConnections()).isEqualTo(4);
        assertThat(receiver.requestCount()).isEqualTo(1);
    }
}
