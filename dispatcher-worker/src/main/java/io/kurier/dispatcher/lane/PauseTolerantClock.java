package io.kurier.dispatcher.lane;

import io.kurier.dispatcher.DispatchLoop;
import java.util.function.LongSupplier;

/**
 * Time as the event loop lives it. A pause of the whole process, for a collector or because the CPU was taken away,
 * hardly counts: whatever waited through it was not kept waiting by a receiver. The event loop's.
 */
public final class PauseTolerantClock {
    /** Turns of the loop are closer together than this while it runs. */
    private static final long LONGEST_STEP_NANOS =
            DispatchLoop.TURN.multipliedBy(3).toNanos();

    private final LongSupplier clockNanos;
    private long lookedAtNanos;
    private long livedNanos;

    /** @param clockNanos never goes back, and goes on during pauses */
    public PauseTolerantClock(LongSupplier clockNanos) {
        this.clockNanos = clockNanos;
        this.lookedAtNanos = clockNanos.getAsLong();
    }

    /** Each turn of the loop. */
    public void turn() {
        livedNanos = nanos();
        lookedAtNanos = clockNanos.getAsLong();
    }

    /** Since some moment; only differences mean something. */
    public long nanos() {
        return nanos(clockNanos.getAsLong());
    }

    /** @param clockNow what the clock shows */
    public long nanos(long clockNow) {
        return livedNanos + Math.min(clockNow - lookedAtNanos, LONGEST_STEP_NANOS);
    }

    /** As of the last turn, for who asks often. */
    long turnNanos() {
        return livedNanos;
    }
}
