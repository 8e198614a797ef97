package io.kurier.testkit.kafka;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.apache.kafka.common.utils.Time;

/**
 * The clock of a test: it ticks with the system's and jumps when told, and a broker started on
 * {@link #brokerTime()} jumps with it. It never goes back.
 */
public final class ManualClock implements InstantSource {
    private final ShiftableTime brokerTime = new ShiftableTime();

    /** Puts this clock and its broker's forward at once. Whole milliseconds: Kafka knows nothing finer. */
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

    /** How far this clock is ahead of the system's. */
    public Duration ahead() {
        return Duration.ofMillis(brokerTime.offsetMs());
    }

    /** For {@code EmbeddedBroker.start}; shares this clock's offset. */
    public Time brokerTime() {
        return brokerTime;
    }
}
