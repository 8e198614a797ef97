package io.kurier.sender;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.model.webhook.Webhook;
import io.kurier.testkit.Answer;
import io.kurier.testkit.Received;
import io.kurier.testkit.ScriptedReceiver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Base64;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Deliveries through a forward proxy, one that works and ones that don't. The receiver stands for the one behind it. */
class ProxyIT {
    private static final String PASSWORD = "t0psecret";
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final ScriptedReceiver receiver = ScriptedReceiver.start();

    @AfterEach
    void stop() {
        receiver.close();
    }

    private static SenderConfig config(int proxyPort, String... more) {
        String[] all = Stream.concat(
                        Stream.of("KURIER_PROXY_URL", "http://me:" + PASSWORD + "@127.0.0.1:" + proxyPort),
                        Stream.of(more))
                .toArray(String[]::new);
        return Samples.config(all);
    }

    @Test
    void aDeliveryGoesThroughATunnelWhichIsKept() throws Exception {
        try (var proxy = new ConnectProxy();
                var sender = new SenderFixture(config(proxy.port()))) {
            assertThat(sender.send(webhook()).status()).isEqualTo(200);
            assertThat(sender.send(webhook()).status()).isEqualTo(200);

            String target = "127.0.0.1:" + receiver.port();
            String credentials = Base64.getEncoder().encodeToString(("me:" + PASSWORD).getBytes(UTF_8));
            assertThat(proxy.heads())
                    .containsExactly("CONNECT " + target + " HTTP/1.1\r\nhost: " + target
                            + "\r\nproxy-authorization: Basic " + credentials + "\r\n\r\n");
            assertThat(receiver.requests("/hook").stream().map(Received::connection))
                    .containsExactly(1L, 1L);
            assertThat(receiver.requests("/hook").get(0).header("proxy-authorization"))
                    .as("the receiver is not told the proxy's password")
                    .isEmpty();
        }
    }

    @Test
    void aTunnelThatBreaksUnderTheRequestIsAReset() throws Exception {
        try (var proxy = new ConnectProxy();
                var sender = new SenderFixture(config(proxy.port()))) {
            receiver.respond("/hook", Answer.never());
            var ended = sender.begin(webhook());
            Awaitility.await().until(() -> receiver.requestCount() == 1);
            proxy.cut();

            assertThat(ended.get().error()).isEqualTo("reset");
            assertThat(sender.connectionsIdle()).isZero();
        }
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                Arguments.of(
                        "HTTP/1.1 407 Proxy Authentication Required\r\nproxy-authenticate: Basic\r\n\r\nt0psecret",
                        "the proxy responded with status 407"),
                Arguments.of("HTTP/1.0 403 Forbidden\r\n\r\n", "the proxy responded with status 403"),
                Arguments.of("HTTP/1.1 100 Continue\r\n\r\n", "the proxy responded with status 100"),
                Arguments.of("HTTP/1.1 204 No Content\r\n\r\n", "the proxy responded with status 204"),
                Arguments.of("HTTP/1.1 302 Found\r\nlocation: /\r\n\r\n", "the proxy responded with status 302"),
                Arguments.of(
                        "HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", "the proxy sent bytes after its response"),
                Arguments.of("HTTP/2 200\r\n\r\n", "the proxy's response is not HTTP/1"),
                Arguments.of("HTTP/1.1 2000 OK\r\n\r\n", "the proxy's response is not HTTP/1"),
                Arguments.of("HTTP/1.1 999 OK\r\n\r\n", "the proxy's response is not HTTP/1"),
                Arguments.of("HTTP/1.1 200\nOK\r\n\r\n", "the proxy's response is not HTTP/1"),
                Arguments.of("\r\n\r\n", "the proxy's response is not HTTP/1"),
                Arguments.of("SSH-2.0-OpenSSH_9.2\r\n", "the proxy's response is not HTTP/1"),
                Arguments.of("\u0000\u0001", "the proxy's response is not HTTP/1"),
                Arguments.of(
                        "HTTP/1.1 200 OK\r\n" + "x-filler: t0psecret\r\n".repeat(1_000),
                        "the head of the proxy's response does not end within 8192 bytes"),
                Arguments.of(
                        "HTTP/1.1 200 " + "x".repeat(100_000),
                        "the head of the proxy's response does not end within 8192 bytes"));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void anAnswerThatOpensNoTunnelIsTheProxysError(String answer, String detail) throws Exception {
        fails(wire -> wire.request().send(answer), detail);
    }

    /** A proxy answers so when it does not come to the receiver, whose circuit must open for it. */
    @ParameterizedTest
    @ValueSource(ints = {500, 502, 503, 504})
    void aReceiverTheProxyDoesNotReachIsItsOwnFault(int status) throws Exception {
        String answer = "HTTP/1.1 " + status + " t0psecret\r\ncontent-length: 9\r\n\r\n" + "x".repeat(20_000);
        fails(wire -> wire.request().send(answer), "connect", "the proxy responded with status " + status);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "HTTP/1.1 20", "HTTP/1.1 200 OK\r\nvia: me\r\n"})
    void aCloseBeforeTheEndOfTheAnswerIsTheProxysError(String begun) throws Exception {
        fails(
                wire -> wire.request().send(begun).close(),
                "the proxy closed the connection before the end of its response");
    }

    @Test
    void aResetIsTheProxysError() throws Exception {
        fails(wire -> wire.request().reset(), "the connection to the proxy broke");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "HTTP/1.1 20", "HTTP/1.1 200 OK\r\nvia: me\r\n"})
    void aStallEndsAtTheConnectTimeout(String begun) throws Exception {
        long began = System.nanoTime();

        fails(
                wire -> wire.request().send(begun),
                "timeout",
                "KURIER_CONNECT_TIMEOUT of 400ms expired while waiting for the proxy's response");

        assertThat(Duration.ofNanos(System.nanoTime() - began)).isBetween(Duration.ofMillis(400), TIMEOUT.dividedBy(2));
    }

    @Test
    void anAnswerThatDripsEndsAtTheConnectTimeout() throws Exception {
        fails(
                wire -> wire.request().send("HTTP/1.1 200 OK\r\n").drip("x: y\r\n", 20),
                "timeout",
                "KURIER_CONNECT_TIMEOUT of 400ms expired while waiting for the proxy's response");
    }

    private void fails(RawReceiver.Script script, String detail) throws Exception {
        fails(script, "proxy", detail);
    }

    private void fails(RawReceiver.Script script, String error, String detail) throws Exception {
        try (var proxy = RawReceiver.plain(script);
                var sender = new SenderFixture(config(proxy.port(), "KURIER_CONNECT_TIMEOUT", "400ms"))) {
            AttemptResult result = sender.send(webhook());

            assertThat(result).isEqualTo(AttemptResult.failed(error, detail));
            assertThat(result.toString()).doesNotContain(PASSWORD);
            Awaitility.await("the connection is dropped").until(() -> proxy.open() == 0);
            assertThat(proxy.requests()).as("no delivery without a tunnel").isZero();
            assertThat(sender.connectionsIdle()).isZero();
            assertThat(receiver.acceptedConnections())
                    .as("nothing went past the proxy")
                    .isZero();
        }
    }

    @Test
    void aProxyThatIsDownIsItsErrorAndNothingGoesPastIt() throws Exception {
        int nobody = freePort();
        try (var sender = new SenderFixture(config(nobody))) {
            AttemptResult result = sender.send(webhook());

            assertThat(result).isEqualTo(AttemptResult.failed("proxy", "the proxy refuses connections"));
            assertThat(receiver.acceptedConnections()).isZero();
        }
    }

    @Test
    void aProxyWithoutAnAddressIsItsError() throws Exception {
        var config = Samples.config("KURIER_PROXY_URL", "http://no-such-proxy.invalid:3128");
        try (var sender = new SenderFixture(config)) {
            assertThat(sender.send(webhook()).error()).isEqualTo("proxy");
            assertThat(receiver.acceptedConnections()).isZero();
        }
    }

    private Webhook webhook() {
        return Samples.webhook(1, receiver.url("/hook"), "*", Samples.NEVER_AGAIN, TIMEOUT);
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }
}
