package io.kurier.dispatcher;

import io.kurier.runtime.time.ProcessClock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A clock that stands still until a test moves it. A pause returns at once and moves the clock by its length, so that a
 * single-threaded test needs no real time. Any thread.
 */
public final class ManualProcessClock implements ProcessClock {
    private final Instant start;
    private final AtomicLong elapsedNanos = new AtomicLong();

    /** Starts at 2026-01-01T00:00:00Z. */
    public ManualProcessClock() {
        this(Instant.parse("2026-01-01T00:00:00Z"));
    }

    public ManualProcessClock(Instant start) {
        this.start = start;
    }

    /** @throws IllegalArgumentException if the duration is negative: the clock never goes back */
    public void advance(Duration by) {
        if (by.isNegative()) {
            throw new IllegalArgumentException("advance by " + by + ", expected zero or more");
        }
        elapsedNanos.addAndGet(by.toNanos());
    }

    /** Moves the clock to this wall-clock time; leaves it alone if the time has passed. */
    public void advanceTo(long epochMs) {
        advance(Duration.ofMillis(Math.max(0, epochMs - millis())));
    }

    @Override
    public Instant instant() {
        return start.plusNanos(elapsedNanos.get());
    }

    @Override
    public long millis() {
        return start.toEpochMilli() + TimeUnit.NANOSECONDS.toMillis(elapsedNanos.get());
    }

    @Override
    public long nanoTime() {
        return elapsedNanos.get();
    }

    @Override
    public void sleep(Duration pause) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("interrupted before a pause of " + pause);
        }
        advance(pause);
    }
}
