package io.kurier.dispatcher.lane;

/** How long attempts of one queue take of late, so that the wait of a new delivery can be estimated. Event loop only. */
final class AttemptPace {
    private static final double NEWEST_WEIGHT = 0.2;

    private double averageMs;
    private long lastProgressNanos;

    /** An attempt starts while none was in flight, or the queue begins to fill: time without progress counts from now. */
    void restarts(long nowNanos) {
        lastProgressNanos = nowNanos;
    }

    void attemptEnded(double tookMs, long nowNanos) {
        lastProgressNanos = nowNanos;
        averageMs = averageMs == 0 ? tookMs : averageMs + (tookMs - averageMs) * NEWEST_WEIGHT;
    }

    void forget() {
        averageMs = 0;
    }

    /** Milliseconds an attempt takes: the recent average; 0 if none ended yet. */
    double averageMs() {
        return averageMs;
    }

    /** Milliseconds an attempt takes if something waits for progress: the average, or longer if none has ended since. */
    double withoutProgressMs(long nowNanos) {
        return Math.max(averageMs, (nowNanos - lastProgressNanos) / 1e6);
    }
}
