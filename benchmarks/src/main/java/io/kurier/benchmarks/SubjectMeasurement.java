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
 * Measures one subject: warm-up, highest rate by a closed loop, drain, latency by an open loop at a fixed rate,
 * drain; if the scenario has faulty receivers, the fixed rate again while they are faulty, and drain; then the
 * counts. Prints a progress line for each step. Main thread.
 */
public final class SubjectMeasurement {
    /** Rate at which latency is measured, as a fraction of the same subject's highest rate. */
    static final double LATENCY_LOAD = 0.3;

    private static final Duration DRAIN_TIMEOUT = Duration.ofSeconds(30);
    /** A hung attempt ends after 15 s, and a delivery that waits behind it needs as long again. */
    private static final Duration FAULTY_DRAIN_TIMEOUT = Duration.ofSeconds(60);

    /** Time in which attempts time out, circuits open, and the JVM compiles code that it had not run before. */
    private static final Duration ONSET = Duration.ofSeconds(60);

    /** Interval over which one p99 is computed. */
    private static final Duration SLICE = Duration.ofSeconds(5);

    /** Share of the machine used by other processes above which the bench prints a note. */
    private static final double NOISE = 0.1;

    private final BenchSettings settings;
    private final PrintStream progress;

    public SubjectMeasurement(BenchSettings settings, PrintStream progress) {
        this.settings = settings;
        this.progress = progress;
    }

    /**
     * Measures a subject.
     *
     * @param windowLength length of the window at the highest rate; latency takes half of it, or the whole of it
     *     twice if the scenario has faulty receivers
     * @throws IllegalStateException if the subject ends or completes no delivery
     */
    public Figures of(Subject subject, Duration windowLength) {
        if (!subject.preparation().isEmpty()) {
            print("%-7s prepared      %s", subject.name(), subject.preparation());
        }
        Window window = highestRate(subject, windowLength);
        double rate = rate(subject, window);
        boolean hasFaultyReceivers = subject.loadWebhooks().hasFaultyReceivers();
        FixedRateFigures withoutFaults = subject.hasLatency()
                ? offer(subject, rate, hasFaultyReceivers ? windowLength : windowLength.dividedBy(2), DRAIN_TIMEOUT)
                : new FixedRateFigures(0, 0, List.of());
        return new Figures(
                window.perSecond(),
                window.targetMicros(),
                window.benchMicros(),
                window.othersShare(),
                withoutFaults,
                hasFaultyReceivers ? isolation(subject, rate, windowLength, withoutFaults) : null,
                count(subject));
    }

    private Isolation isolation(Subject subject, double rate, Duration windowLength, FixedRateFigures without) {
        Duration onsetLength = ONSET.compareTo(windowLength) < 0 ? ONSET : windowLength;
        subject.beginFaults();
        FixedRateFigures onset = offer(subject, rate, onsetLength, Duration.ZERO);
        return new Isolation(without, onset, offer(subject, rate, windowLength, FAULTY_DRAIN_TIMEOUT));
    }

    /** @return events per second */
    private double rate(Subject subject, Window window) {
        int fixed = settings.scenario().rate();
        return fixed > 0
                ? fixed
                : window.perSecond() * LATENCY_LOAD / subject.loadWebhooks().fanOut();
    }

    private Window highestRate(Subject subject, Duration length) {
        LoadGenerator generator = subject.generator();
        int fanOut = settings.scenario().fanOut();
        generator.run(RequestPacing.closedLoop(subject.ledger(), (long) settings.maxOutstanding() * fanOut));
        print("%-7s warm-up       %s", subject.name(), WarmUp.run(subject, settings.warmUpStep()));
        Window window = Window.watch(subject, length);
        if (window.perSecond() <= 0) {
            throw new IllegalStateException(subject.name() + " completed no delivery in " + length.toSeconds()
                    + " s; accepted " + subject.ledger().accepted() + ", received "
                    + subject.ledger().received() + "; last problem: " + generator.lastProblem());
        }
        print(
                "%-7s highest rate  %,9.0f deliveries/s (per second %,.0f to %,.0f), CPU per delivery %.1f us + bench"
                        + " %.1f us",
                subject.name(),
                window.perSecond(),
                window.slowestSecond(),
                window.fastestSecond(),
                window.targetMicros(),
                window.benchMicros());
        if (window.othersShare() > NOISE) {
            print(
                    "%-7s note: other processes used %.0f %% of the machine meanwhile",
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
        print(
                "%-7s latency%s p50 %.2f ms, p99 %.2f ms, max %.2f ms at %,.0f events/s (%,.0f deliveries/s)",
                subject.name(),
                ledger.owed() > 0 ? ", faults:" : "         ",
                offered.latencyMs(50),
                offered.latencyMs(99),
                offered.latencyMs(100),
                eventsPerSecond,
                perSecond);
        if (slices.size() > 1) {
            print(
                    "%-7s each %d s       p99 %s ms",
                    subject.name(),
                    SLICE.toSeconds(),
                    offered.p99BySliceMs().stream()
                            .map(ms -> String.format(Locale.ROOT, "%.1f", ms))
                            .collect(Collectors.joining(" ")));
        }
        return offered;
    }

    /** Blocks for the given time and collects the latencies of each {@link #SLICE}. */
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
        print(
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
            print(
                    "%-7s note: last refusal: %s",
                    subject.name(), subject.generator().lastProblem());
        }
        if (!subject.notes().isEmpty()) {
            print("%-7s note: %s", subject.name(), subject.notes());
        }
        return counts;
    }

    private void print(String format, Object... values) {
        progress.println(String.format(Locale.ROOT, format, values));
    }
}
