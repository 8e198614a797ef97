package io.kurier.ingest.control;

import io.kurier.runtime.time.ProcessClock;
import java.time.Duration;
import java.time.Instant;

/** A clock that stands until it is told to go on, or somebody sleeps. One thread. */
public final class StoppedClock implements ProcessClock {
    private Instant now;
    private long nanos = Long.MAX_VALUE - 1_000;
    private Duration perReading = Duration.ZERO;

    StoppedClock(long nowMs) {
        now = Instant.ofEpochMilli(nowMs);
    }

    public void advance(Duration by) {
        now = now.plus(by);
        // overflows early, as a monotonic clock may
        nanos += by.toNanos();
    }

    /** From now on every reading of the monotonic clock takes that long. */
    public void takeForEachReading(Duration time) {
        perReading = time;
    }

    @Override
    public Instant instant() {
        return now;
    }

    @Override
    public long nanoTime() {
        advance(perReading);
        return nanos;
    }

    @Override
    public void sleep(Duration pause) {
        advance(pause);
    }
}
