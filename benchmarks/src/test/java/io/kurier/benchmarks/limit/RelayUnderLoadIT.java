package io.kurier.benchmarks.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.benchmarks.SubjectMeasurement;
import io.kurier.benchmarks.http.Transport;
import io.kurier.benchmarks.load.LoadSettings;
import io.kurier.benchmarks.load.LoadWebhooks;
import io.kurier.benchmarks.options.BenchSettings;
import io.kurier.benchmarks.options.Scenario;
import io.kurier.benchmarks.report.Figures;
import io.kurier.benchmarks.subject.LimitSubject;
import io.kurier.benchmarks.subject.Subject;
import io.netty.channel.EventLoopGroup;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A whole measurement, with the bare relay in this JVM. */
class RelayUnderLoadIT {
    private static final BenchSettings SETTINGS = new BenchSettings(2, 0, 1024, 16, 5_000, null, true, Scenario.PLAIN);

    private final ByteArrayOutputStream progress = new ByteArrayOutputStream();
    private final EventLoopGroup loops = Transport.loops(1, "bench");

    @AfterEach
    void stop() {
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    @Test
    void everyEventArrivesOnceWithAValidSignature() {
        SubjectMeasurement measurement =
                new SubjectMeasurement(SETTINGS, new PrintStream(progress, true, StandardCharsets.UTF_8));

        try (InProcessRelay subject = new InProcessRelay(LoadWebhooks.ONE, LimitSubject.SECRET)) {
            Figures figures = measurement.of(subject, Duration.ofSeconds(2));

            assertThat(figures.counts().areClean())
                    .as(progress.toString(StandardCharsets.UTF_8))
                    .isTrue();
            assertThat(figures.counts().accepted()).isPositive();
            assertThat(subject.signatures().checked())
                    .isEqualTo(Math.min(1_000, subject.ledger().received()));
            assertThat(figures.deliveriesPerSecond()).isPositive();
            assertThat(figures.fixedRate().hasLatency()).isTrue();
            assertThat(figures.fixedRate().latencyMs(99))
                    .isGreaterThanOrEqualTo(figures.fixedRate().latencyMs(50));
        }
    }

    @Test
    void invalidSignaturesAreCounted() {
        SubjectMeasurement measurement =
                new SubjectMeasurement(SETTINGS, new PrintStream(progress, true, StandardCharsets.UTF_8));

        try (InProcessRelay subject = new InProcessRelay(LoadWebhooks.ONE, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")) {
            Figures figures = measurement.of(subject, Duration.ofSeconds(5));

            assertThat(figures.counts().badSignatures())
                    .isEqualTo(subject.signatures().checked())
                    .isPositive();
            assertThat(figures.counts().areClean()).isFalse();
        }
    }

    @Test
    void eachWebhookOfAFanOutGetsEachEvent() {
        SubjectMeasurement measurement =
                new SubjectMeasurement(SETTINGS, new PrintStream(progress, true, StandardCharsets.UTF_8));

        try (InProcessRelay subject = new InProcessRelay(LoadWebhooks.of(7), LimitSubject.SECRET)) {
            Figures figures = measurement.of(subject, Duration.ofSeconds(5));

            assertThat(figures.counts().areClean())
                    .as(progress.toString(StandardCharsets.UTF_8))
                    .isTrue();
            assertThat(figures.counts().accepted())
                    .isEqualTo(7 * subject.ledger().events())
                    .isPositive();
        }
    }

    /** The relay does not isolate webhooks, so this checks only the bench's own counts. */
    @Test
    void deliveriesToFaultyReceiversAreOwedAndNotLost() {
        BenchSettings settings =
                new BenchSettings(2, 0, 1024, 16, 256, null, true, new Scenario(0, 1, 0, 0, 50, 500, 0, false));
        SubjectMeasurement measurement =
                new SubjectMeasurement(settings, new PrintStream(progress, true, StandardCharsets.UTF_8));
        LoadWebhooks loadWebhooks = new LoadWebhooks(2, 1, 0, 50);

        try (InProcessRelay subject = new InProcessRelay(loadWebhooks, LimitSubject.SECRET)) {
            subject.beginFaults();
            Figures figures = measurement.of(subject, Duration.ofSeconds(5));

            assertThat(figures.counts().owed())
                    .isPositive()
                    .isEqualTo(subject.ledger().events());
            assertThat(figures.counts().lost()).isZero();
            // the relay sends every delivery to the healthy receiver, which reports them as unexpected
            assertThat(figures.counts().unexpected()).isEqualTo(subject.ledger().events());
            assertThat(figures.isolation()).isNotNull();
        }
    }

    /** Signs with the bench's secret; the receiver checks with the secret it is given. */
    private final class InProcessRelay extends Subject {
        private final BareRelay relay;

        InProcessRelay(LoadWebhooks loadWebhooks, String expectedSecret) {
            super("relay", new TestBed(loops, loadWebhooks, null));
            relay = new BareRelay(new RelayConfig(
                    Transport.loopback(0),
                    receivers().address(),
                    LimitSubject.SECRET,
                    1,
                    16,
                    loadWebhooks.fanOut(),
                    false));
            connect(relay.address(), new LoadSettings(16, 1024, null), expectedSecret);
        }

        @Override
        public ProcessHandle process() {
            return ProcessHandle.current();
        }

        @Override
        public void checkAlive() {}

        @Override
        public void close() {
            super.close();
            relay.close();
        }
    }
}
