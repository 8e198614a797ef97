package io.kurier.benchmarks;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * What the webhooks that answer all the time got of events offered at a fixed rate.
 *
 * @param eventsPerSecond the rate offered
 * @param deliveriesPerSecond received by them while it was offered
 * @param latency nanoseconds from due to received; empty where it means nothing
 */
record Offered(double eventsPerSecond, double deliveriesPerSecond, Histogram latency) {
    boolean hasLatency() {
        return latency.getTotalCount() > 0;
    }

    double latencyMs(double percentile) {
        return latency.getValueAtPercentile(percentile) / (double) TimeUnit.MILLISECONDS.toNanos(1);
    }

    /** The mean of two of equal length; latencies of both together. */
    Offered meanWith(Offered other) {
        Histogram both = latency.copy();
        both.add(other.latency);
        return new Offered(
                (eventsPerSecond + other.eventsPerSecond) / 2,
                (deliveriesPerSecond + other.deliveriesPerSecond) / 2,
                both);
    }
}
