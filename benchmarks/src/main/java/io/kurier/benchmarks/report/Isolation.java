package io.kurier.benchmarks.report;

/**
 * How far some receivers' trouble reaches the others: the same load, the same webhooks, with the trouble and without.
 *
 * @param without all answer
 * @param onset trouble begins, circuits open, the JVM compiles what it had not met; only the others are measured
 * @param with it goes on; only the others are measured
 */
public record Isolation(FixedRateFigures without, FixedRateFigures onset, FixedRateFigures with) {
    /** 1 when the trouble changes nothing, 2 when it doubles the p99 of those that answer. */
    double p99Ratio() {
        return with.latencyMs(99) / without.latencyMs(99);
    }

    /** The same of the p99 of most of the time, see {@link FixedRateFigures#usualP99Ms}. */
    double usualP99Ratio() {
        return with.usualP99Ms() / without.usualP99Ms();
    }

    /** What the p99 becomes while the trouble begins. */
    double onsetP99Ratio() {
        return onset.latencyMs(99) / without.latencyMs(99);
    }

    /** 1 when the trouble changes nothing, 0.5 when those that answer get half as much. */
    double throughputRatio() {
        return with.deliveriesPerSecond() / without.deliveriesPerSecond();
    }
}
