package io.kurier.benchmarks;

import io.kurier.benchmarks.generator.LoadGenerator;
import io.kurier.benchmarks.generator.RequestPacing;
import io.kurier.benchmarks.ledger.Ledger;
import io.kurier.benchmarks.measure.WarmUp;
import io.kurier.benchmarks.measure.Window;
import io.kurier.benchmarks.options.BenchSettings;
import io.kurier.benchmarks.process.Polling;
import io.kurier.benchmarks.report.Figures;
import io.kurier.benchmarks.report.FixedRateFigures;
import io.kurier.benchmarks.report.Isolation;
import io.kurier.benchmarks.subject.Subject;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;

/**
 * The order of work on one subject: warm up, highest rate by a closed loop, drain, latency by an open loop at a fixed
 * rate, drain, the same again with some receivers in trouble where the scenario has them, drain, count. One line of progress for each. Main thread.
 */
public final class SubjectMeasurement {
    /** Load under which latency is measured, as a part of the same subject's highest rate. */
    static final double LATENCY_LOAD = 0.3;

    private static final Duration DRAIN_TIMEOUT = Duration.ofSeconds(30);
    /** A hung attempt takes 15 s to end, and what waits behind it as long again. */
    private static final Duration FAULTY_DRAIN_TIMEOUT = Duration.ofSeconds(60);

    /** Attempts time out after 15 s, circuits open, and the JVM compiles what it meets for the first time. */
    private static final Duration ONSET = Duration.ofSeconds(60);

    /** Of the time in which latency is measured. */
    private static final Duration SLICE = Duration.ofSeconds(5);

    private static final double NOISE = 0.1;

    private final BenchSettings settings;
    private final PrintStream progress;

    public SubjectMeasurement(BenchSettings settings, PrintStream progress) {
        this.settings = settings;
        this.progress = progress;
    }

    /** Measures a subject for a window at the highest rate and half as long for latency, twice as long when some are in trouble. */
    public Figures of(Subject subject, Duration windowLength) {
        if (!subject.preparation().isEmpty()) {
            say("%-7s prepared      %s", subject.name(), subject.preparation());
        }
        Window window = highestRate(subject, windowLength);
        double rate = rate(subject, window);
        boolean hasFaultyReceivers = subject.loadWebhooks().hasFaultyReceivers();
        FixedRateFigures well = subject.hasLatency()
                ? offer(subject, rate, hasFaultyReceivers ? windowLength : windowLength.dividedBy(2), DRAIN_TIMEOUT)
                : new FixedRateFigures(0, 0, List.of());
        return new Figures(
                window.perSecond(),
                window.targetMicros(),
                window.benchMicros(),
                window.othersShare(),
                well,
                hasFaultyReceivers ? trouble(subject, rate, windowLength, well) : null,
                count(subject));
    }

    private Isolation trouble(Subject subject, double rate, Duration windowLength, FixedRateFigures well) {
        Duration beginning = ONSET.compareTo(windowLength) < 0 ? ONSET : windowLength;
        subject.beginFaults();
        FixedRateFigures onset = offer(subject, rate, beginning, Duration.ZERO);
        return new Isolation(well, onset, offer(subject, rate, windowLength, FAULTY_DRAIN_TIMEOUT));
    }

    /** Events a second. */
    private double rate(Subject subject, Window window) {
        int asked = settings.scenario().rate();
        return asked > 0
                ? asked
                : window.perSecond() * LATENCY_LOAD / subject.loadWebhooks().fanOut();
    }

    private Window highestRate(Subject subject, Duration length) {
        LoadGenerator generator = subject.generator();
        int fanOut = settings.scenario().fanOut();
        generator.run(RequestPacing.closedLoop(subject.ledger(), (long) settings.maxOutstanding() * fanOut));
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
        subject.drain(DRAIN_TIMEOUT);
        return window;
    }

    private FixedRateFigures offer(Subject subject, double eventsPerSecond, Duration length, Duration drain) {
        LoadGenerator generator = subject.generator();
        Ledger ledger = subject.ledger();
        ledger.measureLatency();
        long start = System.nanoTime();
        long before = ledger.receivedByHealthy();
        generator.run(RequestPacing.openLoop(eventsPerSecond, start));
        List<Histogram> slices = slices(ledger, length);
        double perSecond = (ledger.receivedByHealthy() - before) * 1e9 / (System.nanoTime() - start);
        subject.checkAlive();
        generator.pause();
        subject.drain(drain);
        slices.get(slices.size() - 1).add(ledger.latencies());
        FixedRateFigures offered = new FixedRateFigures(eventsPerSecond, perSecond, slices);
        say(
                "%-7s latency%s p50 %.2f ms, p99 %.2f ms, max %.2f ms at %,.0f events/s (%,.0f deliveries/s)",
                subject.name(),
                ledger.owed() > 0 ? ", trouble:" : "      ",
                offered.latencyMs(50),
                offered.latencyMs(99),
                offered.latencyMs(100),
                eventsPerSecond,
                perSecond);
        if (slices.size() > 1) {
            say(
                    "%-7s by the %d s     p99 %s ms",
                    subject.name(),
                    SLICE.toSeconds(),
                    offered.p99BySliceMs().stream()
                            .map(ms -> String.format(Locale.ROOT, "%.1f", ms))
                            .collect(Collectors.joining(" ")));
        }
        return offered;
    }

    /** Lets the time pass. */
    private static List<Histogram> slices(Ledger ledger, Duration length) {
        List<Histogram> slices = new ArrayList<>();
        Duration left = length;
        do {
            Duration slice = left.compareTo(SLICE) < 0 ? left : SLICE;
            Polling.sleep(slice);
            slices.add(ledger.latencies());
            left = left.minus(slice);
        } while (left.compareTo(Duration.ZERO) > 0);
        return slices;
    }

    private Figures.Counts count(Subject subject) {
        Ledger ledger = subject.ledger();
        Figures.Counts counts = new Figures.Counts(
                ledger.accepted(),
                ledger.owed(),
                ledger.lost(),
                ledger.duplicates(),
                ledger.unexpected(),
                ledger.refused(),
                subject.unrecorded(),
                subject.lag(),
                subject.signatures().bad());
        say(
                "%-7s count         accepted %,d, owed %,d, lost %d, duplicates %d, unexpected %d, refused %d, unrecorded %d, lag %d;"
                        + " signatures: %d of %d bad",
                subject.name(),
                counts.accepted(),
                counts.owed(),
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
        if (!subject.notes().isEmpty()) {
            say("%-7s note: %s", subject.name(), subject.notes());
        }
        return counts;
    }

    private void say(String format, Object... values) {
        progress.println(String.format(Locale.ROOT, format, values));
    }
}
