package io.kurier.benchmarks.report;

import io.kurier.benchmarks.measure.Window;

/**
 * How fast one target accepted events.
 *
 * @param window the measured window
 * @param accepted events answered with 202 over the whole run, warm-up included
 * @param refused requests with any other answer, or none, over the whole run
 */
public record IngestRate(Window window, long accepted, long refused) {
    /** @return events per second within the window */
    public double perSecond() {
        return window.perSecond();
    }

    /**
     * Joins two halves of one measurement.
     *
     * @param other the half of equal length
     * @return the mean of both windows and the sum of both counts
     */
    public IngestRate meanWith(IngestRate other) {
        return new IngestRate(window.meanWith(other.window), accepted + other.accepted, refused + other.refused);
    }
}
