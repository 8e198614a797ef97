package io.kurier.benchmarks.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.benchmarks.Measurement;
import io.kurier.benchmarks.http.Transport;
import io.kurier.benchmarks.load.Audience;
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

/** The whole way of a measurement, with the bare relay in this JVM. */
class RelayUnderLoadIT {
    private static final BenchSettings SETTINGS = new BenchSettings(2, 0, 1024, 16, 5_000, null, true, Scenario.PLAIN);

    private final ByteArrayOutputStream progress = new ByteArrayOutputStream();
    private final EventLoopGroup loops = Transport.loops(1, "bench");

    @AfterEach
    void stop() {
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    @Test
    void everyEventArrivesOnceSignedRight() {
        Measurement measurement = new Measurement(SETTINGS, new PrintStream(progress, true, StandardCharsets.UTF_8));

        try (InProcessRelay subject = new InProcessRelay(Audience.ONE, LimitSubject.SECRET)) {
            Figures figures = measurement.of(subject, Duration.ofSeconds(2));

            assertThat(figures.counts().areClean())
                    .as(progress.toString(StandardCharsets.UTF_8))
                    .isTrue();
            assertThat(figures.counts().accepted()).isPositive();
            assertThat(subject.signatures().checked())
                    .isEqualTo(Math.min(1_000, subject.ledger().received()));
            assertThat(figures.deliveriesPerSecond()).isPositive();
            assertThat(figures.well().hasLatency()).isTrue();
            assertThat(figures.well().latencyMs(99))
                    .isGreaterThanOrEqualTo(figures.well().latencyMs(50));
        }
    }

    @Test
    void wrongSignaturesAreCounted() {
        Measurement measurement = new Measurement(SETTINGS, new PrintStream(progress, true, StandardCharsets.UTF_8));

        try (InProcessRelay subject = new InProcessRelay(Audience.ONE, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")) {
            Figures figures = measurement.of(subject, Duration.ofSeconds(5));

            assertThat(figures.counts().badSignatures())
                    .isEqualTo(subject.signatures().checked())
                    .isPositive();
            assertThat(figures.counts().areClean()).isFalse();
        }
    }

    @Test
    void eachWebhookOfAFanOutGetsEachEvent() {
        Measurement measurement = new Measurement(SETTINGS, new PrintStream(progress, true, StandardCharsets.UTF_8));

        try (InProcessRelay subject = new InProcessRelay(Audience.of(7), LimitSubject.SECRET)) {
            Figures figures = measurement.of(subject, Duration.ofSeconds(5));

            assertThat(figures.counts().areClean())
                    .as(progress.toString(StandardCharsets.UTF_8))
                    .isTrue();
            assertThat(figures.counts().accepted())
                    .isEqualTo(7 * subject.ledger().events())
                    .isPositive();
        }
    }

    /** The relay knows no isolation, so what stands in trouble's way here is only the bench itself. */
    @Test
    void receiversInTroubleAreLeftOut() {
        BenchSettings settings =
                new BenchSettings(2, 0, 1024, 16, 256, null, true, new Scenario(0, 1, 0, 0, 50, 500, 0, false));
        Measurement measurement = new Measurement(settings, new PrintStream(progress, true, StandardCharsets.UTF_8));
        Audience audience = new Audience(2, 1, 0, 50);

        try (InProcessRelay subject = new InProcessRelay(audience, LimitSubject.SECRET)) {
            subject.beginTrouble();
            Figures figures = measurement.of(subject, Duration.ofSeconds(5));

            assertThat(figures.counts().owed())
                    .isPositive()
                    .isEqualTo(subject.ledger().events());
            assertThat(figures.counts().lost()).isZero();
            // the relay sends all to the one receiver that answers, which notices
            assertThat(figures.counts().unexpected()).isEqualTo(subject.ledger().events());
            assertThat(figures.isolation()).isNotNull();
        }
    }

    /** Signs with the bench's secret and is checked with the one it is given. */
    private final class InProcessRelay extends Subject {
        private final BareRelay relay;

        InProcessRelay(Audience audience, String expectedSecret) {
            super("relay", new Surroundings(loops, audience, null));
            relay = new BareRelay(new RelayConfig(
                    Transport.loopback(0),
                    receivers().address(),
                    LimitSubject.SECRET,
                    1,
                    16,
                    audience.fanOut(),
                    false));
            connect(relay.address(), new Load(16, 1024, null), expectedSecret);
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
