package io.kurier.benchmarks.report;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;

/**
 * What healthy webhooks received while events were published at a fixed rate.
 *
 * @param eventsPerSecond rate at which events were published
 * @param deliveriesPerSecond deliveries received per second
 * @param slices latencies in nanoseconds from due to received, one histogram per slice of time; empty if latency
 *     means nothing
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

    /** @return the p99 of each slice, in milliseconds */
    public List<Double> p99BySliceMs() {
        return slices.stream().map(slice -> ms(slice, P99)).toList();
    }

    /**
     * @return the median of the slices' p99, in milliseconds; other processes that disturb single slices do not
     *     affect it
     */
    double usualP99Ms() {
        List<Double> sorted = p99BySliceMs().stream().sorted().toList();
        return sorted.isEmpty() ? 0 : sorted.get(sorted.size() / 2);
    }

    /**
     * @param other figures of equal length
     * @return the mean of both rates, with the latencies of both
     */
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
