package io.kurier.testkit.kafka;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Time that stands still until a test moves it. A pause returns at once and moves the time by its length, so that a
 * single-threaded test needs no real time. Subclasses add the interface of the code under test. Any thread.
 */
public class ManualTime implements InstantSource {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final Instant start;
    private final AtomicLong elapsedNanos = new AtomicLong();

    /** Starts at 2026-01-01T00:00:00Z. */
    public ManualTime() {
        this(START);
    }

    public ManualTime(Instant start) {
        this.start = start;
    }

    /** @throws IllegalArgumentException if the duration is negative: the time never goes back */
    public final void advance(Duration by) {
        if (by.isNegative()) {
            throw new IllegalArgumentException("advance by " + by + ", expected zero or more");
        }
        elapsedNanos.addAndGet(by.toNanos());
    }

    /** Moves the time to this wall-clock time in epoch milliseconds; does nothing if it has passed. */
    public final void advanceTo(long epochMs) {
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

    /** @return nanoseconds since the start */
    public long nanoTime() {
        return elapsedNanos.get();
    }

    /**
     * Returns at once, with the time moved by the pause.
     *
     * @throws InterruptedException if the thread was interrupted before
     */
    public void sleep(Duration pause) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("interrupted before a pause of " + pause);
        }
        advance(pause);
    }
}
