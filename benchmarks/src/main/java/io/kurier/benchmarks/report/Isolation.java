package io.kurier.benchmarks.report;

/**
 * How faulty receivers affect the healthy ones: the same load to the same webhooks, with faults and without. Only
 * healthy receivers are measured.
 *
 * @param without all receivers are healthy
 * @param onset faults begin: circuits open, and the JVM compiles code that it had not run before
 * @param with faults have lasted for a while
 */
public record Isolation(FixedRateFigures without, FixedRateFigures onset, FixedRateFigures with) {
    /** @return p99 with faults divided by p99 without: 1 if faults change nothing, 2 if they double it */
    double p99Ratio() {
        return with.latencyMs(99) / without.latencyMs(99);
    }

    /** @return as {@link #p99Ratio}, computed from {@link FixedRateFigures#usualP99Ms} */
    double usualP99Ratio() {
        return with.usualP99Ms() / without.usualP99Ms();
    }

    /** @return p99 while faults begin divided by p99 without */
    double onsetP99Ratio() {
        return onset.latencyMs(99) / without.latencyMs(99);
    }

    /** @return deliveries per second with faults divided by those without: 0.5 if healthy receivers get half as many */
    double throughputRatio() {
        return with.deliveriesPerSecond() / without.deliveriesPerSecond();
    }
}
