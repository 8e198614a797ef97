package io.kurier.benchmarks.measure;

import java.time.Duration;

/**
 * Runs load before the measurement, in steps of equal length, until the target is warm: a JVM that still compiles its
 * code would show the cost of its compilers. The target counts as warm once its compilers use less than {@link
 * #COMPILING} of its CPU time. If the system does not report that, it counts as warm once the CPU time per unit of
 * work stops falling. Other processes on the machine disturb neither criterion.
 */
public final class WarmUp {
    private static final int MAX_STEPS = 36;
    /** Share of the target's CPU time that its compilers may use. */
    private static final double COMPILING = 0.05;

    /** A step counts as an improvement if its CPU per unit is below this fraction of the lowest so far. */
    private static final double CHEAPER = 0.9;

    /**
     * Number of steps without improvement, in a row, that end the warm-up; a single one may be due to another
     * process.
     */
    private static final int QUIET_STEPS = 2;

    private final MeasuredProcess subject;
    private final Duration step;
    private double cheapest = Double.MAX_VALUE;
    private int quiet;

    private WarmUp(MeasuredProcess subject, Duration step) {
        this.subject = subject;
        this.step = step;
    }

    /**
     * Warms up a process under load.
     *
     * @param step length of one step, zero to skip the warm-up
     * @return a summary for the progress line
     */
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
            // the sum loses the time of a compiler thread that has ended, so the difference may be negative
            boolean idle = !compilers.isNegative() && compilers.toNanos() / 1_000.0 < used * COMPILING;
            warm = compilersBefore.isZero() ? quiet >= QUIET_STEPS : idle;
        }
        return "%d s, CPU per unit fell from %.0f us to %.0f us%s"
                .formatted(steps * step.toSeconds(), first, cheapest, warm ? "" : ", still compiling");
    }
}
