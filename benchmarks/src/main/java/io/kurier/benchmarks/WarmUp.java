package io.kurier.benchmarks;

import java.time.Duration;

/**
 * Load before the measurement, in steps of equal length, until the target has stopped getting cheaper: a JVM that
 * compiles its code while it is measured shows the compiler and not the product. CPU per delivery tells it better than
 * the rate, which neighbours on the machine disturb.
 */
final class WarmUp {
    private static final int MAX_STEPS = 12;

    /** A step that is not cheaper than this part of the cheapest so far brought nothing. */
    private static final double CHEAPER = 0.9;

    /** So many steps in a row that bring nothing end it; one alone may be a neighbour's doing. */
    private static final int QUIET_STEPS = 2;

    private WarmUp() {}

    /** Warms up a subject under load; returns what happened, for the progress line. */
    static String run(Subject subject, Duration step) {
        if (step.isZero()) {
            return "none";
        }
        double first = Window.watch(subject, step).targetMicros();
        double cheapest = first;
        int steps = 1;
        int quiet = 0;
        while (quiet < QUIET_STEPS && steps < MAX_STEPS) {
            double micros = Window.watch(subject, step).targetMicros();
            quiet = micros < cheapest * CHEAPER ? 0 : quiet + 1;
            cheapest = Math.min(cheapest, micros);
            steps++;
        }
        return "%d s, CPU per delivery from %.0f us to %.0f us%s"
                .formatted(steps * step.toSeconds(), first, cheapest, quiet < QUIET_STEPS ? ", still falling" : "");
    }
}
