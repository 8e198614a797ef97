package io.kurier.sender;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What an answer makes a connection hold on to while its receiver keeps it waiting at the worst moment, beyond what a
 * receiver costs that says nothing: heap of the whole process, so that the receiver's own share counts against the
 * sender too, and every buffer of the sender.
 */
@Isolated("measures the heap of the whole process")
class RetainedBytesIT {
    private static final int CONNECTIONS = 60;
    private static final int MOST_BYTES_EACH = 64 * 1024;
    private static final String CHUNKS = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";

    private record Held(String name, String bytes) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Held> held() {
        return Stream.of(
                new Held("a value without end", "HTTP/1.1 200 OK\r\na: " + "x".repeat(16_000)),
                new Held(
                        "long headers without end",
                        "HTTP/1.1 200 OK\r\n" + ("a: " + "x".repeat(160) + "\r\n").repeat(98)),
                new Held("short headers without end", "HTTP/1.1 200 OK\r\n" + "a:\r\n".repeat(98)),
                new Held("a status line without end", "HTTP/1.1 200 " + "x".repeat(8_000)),
                new Held("a body that stops", "HTTP/1.1 200 OK\r\ncontent-length: 70000\r\n\r\n" + "x".repeat(60_000)),
                new Held(
                        "a chunk's head that stops",
                        CHUNKS + "e000\r\n" + "x".repeat(0xe000) + "\r\n1;" + "x".repeat(8_000)),
                new Held("trailers without end", CHUNKS + "0\r\n" + ("a: " + "x".repeat(160) + "\r\n").repeat(90)));
    }

    /** What a receiver costs that says nothing, by scheme. */
    private static final Map<String, Long> SILENT = new HashMap<>();

    @BeforeAll
    static void measureSilence() throws Exception {
        for (String scheme : List.of("http", "https", "http", "https")) {
            // the second time counts: the first warms up what the process keeps once
            SILENT.put(scheme, bytesEach("", scheme));
        }
    }

    @ParameterizedTest
    @MethodSource("held")
    void plain(Held held) throws Exception {
        assertThat(bytesEach(held.bytes(), "http") - SILENT.get("http")).isLessThanOrEqualTo(MOST_BYTES_EACH);
    }

    @ParameterizedTest
    @MethodSource("held")
    void behindTls(Held held) throws Exception {
        assertThat(bytesEach(held.bytes(), "https") - SILENT.get("https")).isLessThanOrEqualTo(MOST_BYTES_EACH);
    }

    private static long bytesEach(String answer, String scheme) throws Exception {
        var certificates = new TestCertificates();
        AtomicInteger stopped = new AtomicInteger();
        RawReceiver.Script script = wire -> {
            wire.request().send(answer);
            stopped.incrementAndGet();
        };
        try (var receiver = receiver(scheme, certificates, script);
                var sender = new MeteredSender(certificates.trusting())) {
            String url = scheme + "://127.0.0.1:" + receiver.port() + "/hook";
            var webhook = Samples.webhook(1, url, "*", Samples.NEVER_AGAIN, Duration.ofSeconds(30));
            long before = sender.usedBytes();
            List<CompletableFuture<AttemptResult>> waiting = new ArrayList<>();
            for (int i = 0; i < CONNECTIONS; i++) {
                waiting.add(sender.begin(webhook));
            }
            Awaitility.await().atMost(Duration.ofSeconds(25)).until(() -> stopped.get() == CONNECTIONS);
            long after = sender.usedBytes();
            assertThat(waiting).as("still waiting").noneMatch(CompletableFuture::isDone);
            return (after - before) / CONNECTIONS;
        }
    }

    private static RawReceiver receiver(String scheme, TestCertificates certificates, RawReceiver.Script script)
            throws Exception {
        return scheme.equals("http")
                ? RawReceiver.plain(script)
                : new RawReceiver(TestCertificates.sockets(certificates.good()), script);
    }
}
