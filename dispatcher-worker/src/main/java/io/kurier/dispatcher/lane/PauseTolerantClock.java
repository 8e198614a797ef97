package io.kurier.dispatcher.lane;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Monotonic time that hardly counts pauses of the whole process, for a garbage collection or because the CPU was taken away:
 * a delivery that waited through such a pause was not kept waiting by a receiver. Event loop only.
 */
public final class PauseTolerantClock {
    private static final int TURNS_UNTIL_PAUSE = 3;

    private final LongSupplier monotonicNanos;
    private final long longestStepNanos;
    private long lastTurnNanos;
    private long countedNanos;

    /**
     * @param monotonicNanos never goes back, and goes on during pauses
     * @param turn how far turns of the event loop are apart; a gap of more than three of these is a pause
     */
    public PauseTolerantClock(LongSupplier monotonicNanos, Duration turn) {
        this.monotonicNanos = monotonicNanos;
        this.longestStepNanos = turn.multipliedBy(TURNS_UNTIL_PAUSE).toNanos();
        this.lastTurnNanos = monotonicNanos.getAsLong();
    }

    /** Called at each turn of the event loop. */
    public void turn() {
        countedNanos = nanos();
        lastTurnNanos = monotonicNanos.getAsLong();
    }

    /** Nanoseconds since an arbitrary moment; only differences mean something. */
    long nanos() {
        return nanos(monotonicNanos.getAsLong());
    }

    /** @param monotonicNow the reading of the underlying clock to convert, nanoseconds */
    public long nanos(long monotonicNow) {
        return countedNanos + Math.min(monotonicNow - lastTurnNanos, longestStepNanos);
    }

    /** As of the last turn; cheaper than {@link #nanos()}. */
    long turnNanos() {
        return countedNanos;
    }
}
