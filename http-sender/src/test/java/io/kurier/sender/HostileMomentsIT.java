package io.kurier.sender;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.kurier.model.webhook.Webhook;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What matters by the moment at which it happens. */
class HostileMomentsIT {
    private static final String OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
    private static final Duration BRIEF = Duration.ofMillis(700);

    private final SenderFixture sender = new SenderFixture(Samples.config());

    @AfterEach
    void stop() {
        sender.close();
    }

    /** A full queue of connections: the kernel drops every further SYN, and the sender's asks again after a second. */
    @Test
    void aConnectionStillBeingMadeIsGivenUpWithItsAttempt() throws Exception {
        try (var blackHole = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            List<Socket> fillers = fill(blackHole);

            AttemptResult result = sender.send(webhook(blackHole.getLocalPort(), BRIEF));

            assertThat(result)
                    .isEqualTo(
                            AttemptResult.failed("timeout", "the webhook's timeout of 700ms expired while connecting"));
            blackHole.setSoTimeout(3_000);
            for (int i = 0; i < fillers.size(); i++) {
                blackHole.accept().close();
            }
            assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(blackHole::accept);
            for (Socket filler : fillers) {
                filler.close();
            }
        }
    }

    @Test
    void aConnectionThatNeverComesAboutEndsAtItsOwnTimeout() throws Exception {
        try (var blackHole = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
                var hasty = new SenderFixture(Samples.config("KURIER_CONNECT_TIMEOUT", "300ms"))) {
            List<Socket> fillers = fill(blackHole);

            assertThat(hasty.send(webhook(blackHole.getLocalPort(), Duration.ofSeconds(10)))
                            .error())
                    .isEqualTo("connect");
            for (Socket filler : fillers) {
                filler.close();
            }
        }
    }

    private static List<Socket> fill(ServerSocket listener) throws Exception {
        List<Socket> fillers = new ArrayList<>();
        while (true) {
            Socket next = new Socket();
            try {
                next.connect(new InetSocketAddress("127.0.0.1", listener.getLocalPort()), 200);
                fillers.add(next);
            } catch (SocketTimeoutException e) {
                next.close();
                return fillers;
            }
        }
    }

    @Test
    void anAnswerBeforeTheWholeRequestCountsButEndsTheConnection() throws Exception {
        byte[] head = "POST /hook HTTP/1.1\r\ncontent-length: 33554432\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1);
        var request =
                new HttpRequestBytes(new HttpRequestBytes.Bytes(head), new HttpRequestBytes.Bytes(new byte[32 << 20]));
        try (var receiver = RawReceiver.plain(wire -> {
            wire.send(OK);
            wire.ignore();
        })) {
            AttemptResult result = sender.begin(request, webhook(receiver.port(), Duration.ofSeconds(10)))
                    .get(20, TimeUnit.SECONDS);

            assertThat(result).isEqualTo(AttemptResult.answered(200, "ok"));
            assertThat(sender.connectionsIdle()).isZero();
        }
    }

    /** The loop is held up until the answer and its end have both arrived: it reads them in one go. */
    @Test
    void aConnectionThatEndsWithItsAnswerIsNotUsedForTheRequestRightAfter() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch held = new CountDownLatch(1);
        try (var receiver = RawReceiver.plain(wire -> {
            wire.request();
            asked.countDown();
            await(held);
            wire.send(OK).close();
        })) {
            CompletableFuture<AttemptResult> second =
                    sender.beginTwice(webhook(receiver.port(), Duration.ofSeconds(10)));
            await(asked);
            sender.onLoop(() -> {
                held.countDown();
                Awaitility.await().until(() -> receiver.open() == 0);
            });

            assertThat(second.get(20, TimeUnit.SECONDS).status()).isEqualTo(200);
            assertThat(receiver.accepted()).isEqualTo(2);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Webhook webhook(int port, Duration timeout) {
        return Samples.webhook(1, "http://127.0.0.1:" + port + "/hook", "*", Samples.NEVER_AGAIN, timeout);
    }
}
