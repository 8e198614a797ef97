package io.kurier.ingest;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Callers that send one byte at a time to occupy memory and connections, with and without a key. */
@ExtendWith(SharedApi.class)
class SlowCallersIT {
    private static final long TIMEOUT_MS = 1_000;
    /** Longer than any intended silence in these tests. */
    private static final long IDLE_TIMEOUT_MS = 5_000;

    private static final long PATIENCE_MS = 20_000;
    private static final int BETWEEN_BYTES_MS = 50;
    private static final String HEALTH = "GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n";
    private static final String KEY = "x-api-key: " + TestApi.KEY + "\r\n";
    private static TestApi api;

    @BeforeAll
    static void narrow(TestApi shared) throws InterruptedException {
        api = shared.another(Map.of(
                "KURIER_BODY_TIMEOUT",
                TIMEOUT_MS + "ms",
                "KURIER_IDLE_TIMEOUT",
                IDLE_TIMEOUT_MS + "ms",
                "KURIER_MAX_OPEN_BODY_BYTES",
                "65536"));
    }

    @AfterAll
    static void close() {
        api.close();
    }

    /** One connection, whose request has a body that never ends. */
    private static final class Slow implements AutoCloseable {
        private final Socket socket;
        private final ByteArrayOutputStream heard = new ByteArrayOutputStream();
        private boolean ended;

        Slow(String line, String headers, int firstBytes) throws IOException {
            this(line + " HTTP/1.1\r\nhost: x\r\n" + headers + "content-length: 300000\r\n\r\n"
                    + " ".repeat(firstBytes));
        }

        Slow(String first) throws IOException {
            this.socket = new Socket("127.0.0.1", api.port());
            socket.setSoTimeout(BETWEEN_BYTES_MS);
            socket.getOutputStream().write(first.getBytes(ISO_8859_1));
        }

        /** Sends one byte of the body and reads the bytes that have arrived. */
        void tick() throws IOException {
            byte[] buffer = new byte[8_192];
            try {
                socket.getOutputStream().write(' ');
                int read = socket.getInputStream().read(buffer);
                ended |= read < 0;
                heard.write(buffer, 0, Math.max(0, read));
            } catch (SocketTimeoutException e) {
                // no byte has arrived
            } catch (SocketException e) {
                ended = true;
            }
        }

        /** Sends until the server responds; returns the response. */
        String untilHeard() throws IOException {
            long began = System.nanoTime();
            while (heard.size() == 0 && !ended && System.nanoTime() - began < PATIENCE_MS * 1_000_000) {
                tick();
            }
            return text();
        }

        String text() {
            return heard.toString(ISO_8859_1);
        }

        /** Sends until the server closes the connection; returns the milliseconds that it took. */
        long untilClosed() throws IOException {
            long began = System.nanoTime();
            while (!ended) {
                tick();
                assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began))
                        .as("the connection is still open, after: " + text())
                        .isLessThan(PATIENCE_MS);
            }
            return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "POST /api/v1/events",
                "POST /api/v1/events?tenant=slow",
                "POST /api/v1/webhooks",
                "GET /api/v1/webhooks"
            })
    void slowBodyIsAnsweredWith408AndItsConnectionClosed(String line) throws IOException {
        try (Slow slow = new Slow(line, KEY, 10)) {
            assertThat(slow.untilClosed()).isGreaterThan(TIMEOUT_MS / 2);
            assertThat(slow.text())
                    .startsWith("HTTP/1.1 408 ")
                    .containsOnlyOnce("HTTP/1.1")
                    .containsIgnoringCase("content-type: application/problem+json")
                    .containsIgnoringCase("connection: close")
                    .contains("Request Timeout", "KURIER_BODY_TIMEOUT", "1s");
        }
    }

    /** The head may be the first of the connection, or follow an answered request. */
    @ParameterizedTest
    @ValueSource(strings = {"", HEALTH})
    void connectionWithASlowHeadIsClosed(String before) throws IOException {
        try (Slow slow = new Slow(before + "GET /health/live HTTP/1.1\r\nx-slow: ")) {
            assertThat(slow.untilClosed()).isGreaterThan(IDLE_TIMEOUT_MS / 2);
            assertThat(slow.text().split("HTTP/1.1 200", -1)).hasSize(before.isEmpty() ? 1 : 2);
        }
    }

    /** The server waits for the body's first byte no longer than for the rest. */
    @Test
    void bodyThatNeverBeginsIsAnsweredWith408() throws IOException {
        try (Slow slow = new Slow("POST /api/v1/events", KEY, 0)) {
            slow.untilClosed();
            assertThat(slow.text()).startsWith("HTTP/1.1 408 ");
        }
    }

    @Test
    void memoryOfASlowBodyIsFreed() throws IOException {
        try (Slow slow = new Slow("POST /api/v1/events", KEY, 12_000)) {
            slow.untilClosed();
            assertThat(slow.text()).startsWith("HTTP/1.1 408 ");
        }
        String large = "{\"type\":\"a\",\"data\":\"" + "x".repeat(40_000) + "\"}";
        for (int i = 0; i < 5; i++) {
            api.caller().post("/events", large).is(202);
        }
    }

    /** Without a key, no byte of a body is kept: strangers could use up the memory for authenticated callers. */
    @ParameterizedTest
    @ValueSource(strings = {"/health/live", "/metrics", "/openapi.yaml", "/openapi.json", "/docs", "/docs/docs.js"})
    void openRoutesAnswerAtOnceAndDropTheBody(String path) throws IOException {
        List<Slow> strangers = new ArrayList<>();
        try {
            for (int i = 0; i < 26; i++) {
                strangers.add(new Slow("GET " + path, "", 20_000));
            }
            for (Slow slow : strangers) {
                assertThat(slow.untilHeard()).startsWith("HTTP/1.1 200 ");
            }
            api.caller()
                    .post("/events", "{\"type\":\"a\",\"data\":\"" + "x".repeat(30_000) + "\"}")
                    .is(202);
            strangers.get(0).untilClosed();
            assertThat(strangers.get(0).text()).containsOnlyOnce("HTTP/1.1");
        } finally {
            for (Slow slow : strangers) {
                slow.close();
            }
        }
    }

    @Test
    void wrongKeyIsRefusedBeforeTheBodyArrives() throws IOException {
        for (String line : List.of("POST /api/v1/events", "POST /api/v1/webhooks")) {
            try (Slow slow = new Slow(line, "x-api-key: wrong\r\n", 0)) {
                assertThat(slow.untilHeard()).startsWith("HTTP/1.1 401 ");
                slow.untilClosed();
            }
        }
    }

    /** The deadline of an earlier request does not close a connection that is used again. */
    @Test
    void callersInTimeAreNotAffected() throws IOException {
        String event = "{\"type\":\"a\",\"data\":1}";
        String request = "POST /api/v1/events HTTP/1.1\r\nhost: x\r\n" + KEY + "content-length: " + event.length()
                + "\r\n\r\n" + event;
        try (Socket socket = new Socket("127.0.0.1", api.port())) {
            socket.setSoTimeout((int) (2 * TIMEOUT_MS));
            for (int i = 0; i < 2; i++) {
                socket.getOutputStream().write(request.getBytes(ISO_8859_1));
                byte[] buffer = new byte[8_192];
                int read = socket.getInputStream().read(buffer);
                assertThat(new String(buffer, 0, read, ISO_8859_1)).startsWith("HTTP/1.1 202 ");
                try {
                    assertThat(socket.getInputStream().read())
                            .as("bytes after the response")
                            .isEqualTo(-2);
                } catch (SocketTimeoutException e) {
                    // expected: the connection stays open and silent
                }
            }
        }
    }

    @Test
    void bodyAtAnOpenRouteIsIgnored() {
        api.send(HttpRequest.newBuilder(api.uri("/health/live"))
                        .method("GET", HttpRequest.BodyPublishers.ofByteArray(new byte[TestApi.MAX_BODY_BYTES + 1])))
                .is(200);
    }
}
