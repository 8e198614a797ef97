package io.kurier.testkit.kafka;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.apache.kafka.common.utils.Time;

/**
 * A wall clock that ticks with the system's clock and jumps when a test advances it; a broker started on
 * {@link #brokerTime()} jumps with it. It never goes back. Any thread.
 */
public final class ManualClock implements InstantSource {
    private final ShiftableTime brokerTime = new ShiftableTime();

    /** Moves this clock and its broker's forward by whole milliseconds, Kafka's smallest unit. */
    public void advance(Duration by) {
        if (by.isNegative() || by.toNanosPart() % 1_000_000 != 0) {
            throw new IllegalArgumentException("advance by " + by + ", expected whole milliseconds, zero or more");
        }
        brokerTime.advance(by.toMillis());
    }

    @Override
    public Instant instant() {
        return Instant.now().plusMillis(brokerTime.offsetMs());
    }

    /** The lead of this clock over the system's. */
    public Duration ahead() {
        return Duration.ofMillis(brokerTime.offsetMs());
    }

    /** The time of a broker that jumps with this clock. */
    public Time brokerTime() {
        return brokerTime;
    }
}
