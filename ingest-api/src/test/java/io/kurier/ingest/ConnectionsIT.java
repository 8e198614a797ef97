package io.kurier.ingest;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The limit on connections, and the HTTP versions that are offered. */
@ExtendWith(SharedApi.class)
class ConnectionsIT {
    private static final int MAX = 10;
    private static final String HEALTH = "GET /health/live HTTP/1.1\r\nhost: x\r\n";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final TestApi shared;

    ConnectionsIT(TestApi shared) {
        this.shared = shared;
    }

    /** The beginning of the response; empty if the connection was closed. */
    private static String ask(Socket socket, String request) throws IOException {
        socket.setSoTimeout((int) PATIENCE.toMillis());
        try {
            socket.getOutputStream().write(request.getBytes(ISO_8859_1));
            byte[] answer = new byte[8_192];
            return new String(answer, 0, Math.max(0, socket.getInputStream().read(answer)), ISO_8859_1);
        } catch (SocketException e) {
            return "";
        }
    }

    private static boolean isAnswered(Socket socket) throws IOException {
        return ask(socket, HEALTH + "\r\n").startsWith("HTTP/1.1 200 ");
    }

    @Test
    void connectionBeyondTheLimitIsClosedAndOthersGoOn() throws Exception {
        try (TestApi api = shared.another(Map.of("KURIER_MAX_CONNECTIONS", Integer.toString(MAX)))) {
            List<Socket> open = new ArrayList<>();
            try {
                for (int i = 0; i < MAX; i++) {
                    Socket socket = new Socket("127.0.0.1", api.port());
                    open.add(socket);
                    assertThat(isAnswered(socket)).isTrue();
                }
                // more often than the limit: a refused connection must not count
                for (int i = 0; i < 2 * MAX; i++) {
                    try (Socket oneTooMany = new Socket("127.0.0.1", api.port())) {
                        assertThat(isAnswered(oneTooMany)).isFalse();
                    }
                }
                for (Socket socket : open) {
                    assertThat(isAnswered(socket)).isTrue();
                }
            } finally {
                for (Socket socket : open) {
                    socket.close();
                }
            }
            Awaitility.await().atMost(PATIENCE).until(() -> {
                try (Socket another = new Socket("127.0.0.1", api.port())) {
                    return isAnswered(another);
                }
            });
            assertThat(api.runtime()
                            .metrics()
                            .get("kurier.http.connections.refused")
                            .counter()
                            .count())
                    .isGreaterThanOrEqualTo(2 * MAX);
        }
    }

    /** The streams of HTTP/2 would need bounds of their own. */
    @Test
    void http2IsNotOffered() throws IOException {
        String emptySettings = "\0\0\0\4\0\0\0\0\0";
        try (Socket socket = new Socket("127.0.0.1", shared.port())) {
            assertThat(ask(socket, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + emptySettings))
                    .startsWith("HTTP/2.0 501 ");
        }
        try (Socket socket = new Socket("127.0.0.1", shared.port())) {
            assertThat(
                            ask(
                                    socket,
                                    HEALTH
                                            + "connection: upgrade, http2-settings\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABkAAQAAP__\r\n\r\n"))
                    .startsWith("HTTP/1.1 200 ");
        }
    }
}
