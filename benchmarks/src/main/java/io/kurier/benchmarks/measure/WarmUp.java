package io.kurier.benchmarks.measure;

import java.time.Duration;

/**
 * Load before the measurement, in steps of equal length, until the target is warm: a JVM that compiles its code while it
 * is measured shows the compiler and not the product. It is warm when its compilers take next to nothing; where the
 * system does not tell, when it has stopped getting cheaper. Neighbours on the machine disturb neither.
 */
public final class WarmUp {
    private static final int MAX_STEPS = 36;
    /** Part of the target's CPU that its compilers may take. */
    private static final double COMPILING = 0.05;

    /** A step that is not cheaper than this part of the cheapest so far brought nothing. */
    private static final double CHEAPER = 0.9;

    /** So many steps in a row that bring nothing end it; one alone may be a neighbour's doing. */
    private static final int QUIET_STEPS = 2;

    private final MeasuredProcess subject;
    private final Duration step;
    private double cheapest = Double.MAX_VALUE;
    private int quiet;

    private WarmUp(MeasuredProcess subject, Duration step) {
        this.subject = subject;
        this.step = step;
    }

    /** Warms up a subject under load; returns what happened, for the progress line. */
    public static String run(MeasuredProcess subject, Duration step) {
        return step.isZero() ? "none" : new WarmUp(subject, step).run();
    }

    private String run() {
        double first = 0;
        boolean warm = false;
        int steps = 0;
        while (!warm && steps < MAX_STEPS) {
            Duration compilersBefore = CompilerTime.of(subject.process());
            CpuTimes before = CpuTimes.now(subject.process());
            double micros = Window.watch(subject, step).targetMicros();
            Duration compilers = CompilerTime.of(subject.process()).minus(compilersBefore);
            double used = CpuTimes.now(subject.process()).targetMicrosSince(before);
            first = steps == 0 ? micros : first;
            steps++;
            quiet = micros < cheapest * CHEAPER ? 0 : quiet + 1;
            cheapest = Math.min(cheapest, micros);
            // the time of a compiler thread that ended is in the sum no more
            boolean idle = !compilers.isNegative() && compilers.toNanos() / 1_000.0 < used * COMPILING;
            warm = compilersBefore.isZero() ? quiet >= QUIET_STEPS : idle;
        }
        return "%d s, CPU of each from %.0f us to %.0f us%s"
                .formatted(steps * step.toSeconds(), first, cheapest, warm ? "" : ", still compiling");
    }
}
