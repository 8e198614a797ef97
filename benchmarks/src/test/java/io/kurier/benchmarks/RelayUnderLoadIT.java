package io.kurier.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoopGroup;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The whole way of a measurement, with the bare relay in this JVM. */
class RelayUnderLoadIT {
    private static final Settings SETTINGS = new Settings(2, 0, 1024, 16, 5_000, null);

    private final ByteArrayOutputStream progress = new ByteArrayOutputStream();
    private final EventLoopGroup loops = Transport.loops(1, "bench");

    @AfterEach
    void stop() {
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    @Test
    void everyEventArrivesOnceSignedRight() {
        Measurement measurement = new Measurement(SETTINGS, new PrintStream(progress, true, StandardCharsets.UTF_8));

        try (InProcessRelay subject = new InProcessRelay(loops, SETTINGS, LimitSubject.SECRET)) {
            Figures figures = measurement.of(subject, Duration.ofSeconds(2));

            assertThat(figures.counts().areClean())
                    .as(progress.toString(StandardCharsets.UTF_8))
                    .isTrue();
            assertThat(figures.counts().accepted()).isPositive();
            assertThat(subject.signatures().checked())
                    .isEqualTo(Math.min(1_000, subject.ledger().received()));
            assertThat(figures.deliveriesPerSecond()).isPositive();
            assertThat(figures.latency().getTotalCount()).isPositive();
            assertThat(figures.latencyMs(99)).isGreaterThanOrEqualTo(figures.latencyMs(50));
        }
    }

    @Test
    void wrongSignaturesAreCounted() {
        Measurement measurement = new Measurement(SETTINGS, new PrintStream(progress, true, StandardCharsets.UTF_8));

        try (InProcessRelay subject = new InProcessRelay(loops, SETTINGS, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")) {
            Figures figures = measurement.of(subject, Duration.ofSeconds(1));

            assertThat(figures.counts().badSignatures())
                    .isEqualTo(subject.signatures().checked())
                    .isPositive();
            assertThat(figures.counts().areClean()).isFalse();
        }
    }

    /** Signs with the bench's secret and is checked with the one it is given. */
    private static final class InProcessRelay extends Subject {
        private final BareRelay relay;

        InProcessRelay(EventLoopGroup loops, Settings settings, String expectedSecret) {
            super("relay", loops);
            relay = new BareRelay(Transport.loopback(0), receiver().address(), LimitSubject.SECRET, 1, 16);
            connect(relay.address(), settings, expectedSecret, null);
        }

        @Override
        ProcessHandle process() {
            return ProcessHandle.current();
        }

        @Override
        void checkAlive() {}

        @Override
        public void close() {
            super.close();
            relay.close();
        }
    }
}
