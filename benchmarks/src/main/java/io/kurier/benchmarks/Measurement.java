package io.kurier.benchmarks;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/**
 * The order of work on one subject: warm up, highest rate by a closed loop, drain, latency by an open loop at a part of
 * that rate, drain, count. One line of progress for each. Main thread.
 */
final class Measurement {
    /** Load under which latency is measured, as a part of the same subject's highest rate. */
    static final double LATENCY_LOAD = 0.3;

    private static final Duration DRAIN_TIMEOUT = Duration.ofSeconds(30);
    private static final double NOISE = 0.1;

    private final Settings settings;
    private final PrintStream progress;

    Measurement(Settings settings, PrintStream progress) {
        this.settings = settings;
        this.progress = progress;
    }

    /** Measures a subject for a window at the highest rate and half as long for latency. */
    Figures of(Subject subject, Duration windowLength) {
        Window window = highestRate(subject, windowLength);
        Histogram latency = latency(subject, window.perSecond() * LATENCY_LOAD, windowLength.dividedBy(2));
        Figures.Counts counts = count(subject);
        return new Figures(
                window.perSecond(), window.targetMicros(), window.benchMicros(), window.othersShare(), latency, counts);
    }

    private Window highestRate(Subject subject, Duration length) {
        LoadGenerator generator = subject.generator();
        generator.run(Pace.closedLoop(subject.ledger(), settings.maxOutstanding()));
        say("%-7s warm-up       %s", subject.name(), WarmUp.run(subject, settings.warmUpStep()));
        Window window = Window.watch(subject, length);
        if (window.perSecond() <= 0) {
            throw new IllegalStateException(subject.name() + " completed no delivery in " + length.toSeconds()
                    + " s; accepted " + subject.ledger().accepted() + ", received "
                    + subject.ledger().received() + "; last problem: " + generator.lastProblem());
        }
        say(
                "%-7s highest rate  %,9.0f deliveries/s (by the second %,.0f to %,.0f), CPU per delivery %.1f us + bench"
                        + " %.1f us",
                subject.name(),
                window.perSecond(),
                window.slowestSecond(),
                window.fastestSecond(),
                window.targetMicros(),
                window.benchMicros());
        if (window.othersShare() > NOISE) {
            say(
                    "%-7s note: other processes used %.0f %% of the machine in that time",
                    subject.name(), window.othersShare() * 100);
        }
        generator.pause();
        subject.settle(DRAIN_TIMEOUT);
        return window;
    }

    private Histogram latency(Subject subject, double perSecond, Duration length) {
        LoadGenerator generator = subject.generator();
        subject.ledger().measureLatency();
        generator.run(Pace.openLoop(perSecond, System.nanoTime()));
        Waiting.sleep(length);
        subject.checkAlive();
        generator.pause();
        subject.settle(DRAIN_TIMEOUT);
        Histogram latency = subject.ledger().latencies();
        say(
                "%-7s latency       p50 %.2f ms, p99 %.2f ms, max %.2f ms at %,.0f/s (%,d deliveries)",
                subject.name(),
                latency.getValueAtPercentile(50) / 1e6,
                latency.getValueAtPercentile(99) / 1e6,
                latency.getMaxValue() / 1e6,
                perSecond,
                latency.getTotalCount());
        return latency;
    }

    private Figures.Counts count(Subject subject) {
        Ledger ledger = subject.ledger();
        Figures.Counts counts = new Figures.Counts(
                ledger.accepted(),
                ledger.lost(),
                ledger.duplicates(),
                ledger.unexpected(),
                ledger.refused(),
                subject.unrecorded(),
                subject.lag(),
                subject.signatures().bad());
        say(
                "%-7s count         accepted %,d, lost %d, duplicates %d, unexpected %d, refused %d, unrecorded %d, lag %d;"
                        + " signatures: %d of %d bad",
                subject.name(),
                counts.accepted(),
                counts.lost(),
                counts.duplicates(),
                counts.unexpected(),
                counts.refused(),
                counts.unrecorded(),
                counts.lag(),
                counts.badSignatures(),
                subject.signatures().checked());
        if (counts.refused() > 0) {
            say(
                    "%-7s note: last refusal: %s",
                    subject.name(), subject.generator().lastProblem());
        }
        if (!subject.remarks().isEmpty()) {
            say("%-7s note: %s", subject.name(), subject.remarks());
        }
        return counts;
    }

    private void say(String format, Object... values) {
        progress.println(String.format(Locale.ROOT, format, values));
    }
}
