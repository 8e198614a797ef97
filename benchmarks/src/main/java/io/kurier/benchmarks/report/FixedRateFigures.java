package io.kurier.benchmarks.report;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;

/**
 * What the webhooks that answer all the time got of events offered at a fixed rate.
 *
 * @param eventsPerSecond the rate offered
 * @param deliveriesPerSecond received by them while it was offered
 * @param slices nanoseconds from due to received, one part of the time after another; empty where they mean nothing
 */
public record FixedRateFigures(double eventsPerSecond, double deliveriesPerSecond, List<Histogram> slices) {
    private static final int P99 = 99;

    public FixedRateFigures {
        slices = List.copyOf(slices);
    }

    public boolean hasLatency() {
        return latency().getTotalCount() > 0;
    }

    public double latencyMs(double percentile) {
        return ms(latency(), percentile);
    }

    /** The p99 of each slice. */
    public List<Double> p99BySliceMs() {
        return slices.stream().map(slice -> ms(slice, P99)).toList();
    }

    /** The median of the slices' p99: what a neighbour of this machine does to some of them does not count. */
    double usualP99Ms() {
        List<Double> sorted = p99BySliceMs().stream().sorted().toList();
        return sorted.isEmpty() ? 0 : sorted.get(sorted.size() / 2);
    }

    /** The mean of two of equal length; latencies of both together. */
    FixedRateFigures meanWith(FixedRateFigures other) {
        return new FixedRateFigures(
                (eventsPerSecond + other.eventsPerSecond) / 2,
                (deliveriesPerSecond + other.deliveriesPerSecond) / 2,
                Stream.concat(slices.stream(), other.slices.stream()).toList());
    }

    private Histogram latency() {
        Histogram all = new Histogram(3);
        slices.forEach(all::add);
        return all;
    }

    private static double ms(Histogram latency, double percentile) {
        return latency.getValueAtPercentile(percentile) / (double) TimeUnit.MILLISECONDS.toNanos(1);
    }
}
