package io.kurier.testkit.kafka;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.apache.kafka.common.utils.Time;

/**
 * A broker's time whose wall clock can be moved forward; {@link ManualClock} moves it.
 *
 * <p>Only {@link #milliseconds()} is shifted. It stamps the records of {@code LogAppendTime} topics and drives
 * retention and compaction. The monotonic clock stays real, so sessions, purgatories and timers do not notice a jump.
 * Kafka's group and transaction coordinators always use the system's clock, so sessions, transaction timeouts and the
 * expiry of offsets never jump.
 */
final class ShiftableTime implements Time {
    private final AtomicLong offsetMs = new AtomicLong();

    void advance(long ms) {
        offsetMs.addAndGet(ms);
    }

    long offsetMs() {
        return offsetMs.get();
    }

    @Override
    public long milliseconds() {
        return Time.SYSTEM.milliseconds() + offsetMs.get();
    }

    @Override
    public long nanoseconds() {
        return Time.SYSTEM.nanoseconds();
    }

    @Override
    public void sleep(long ms) {
        Time.SYSTEM.sleep(ms);
    }

    /** Converts the deadline to the system's clock; a jump during the wait does not shorten it. */
    @Override
    public void waitObject(Object object, Supplier<Boolean> condition, long deadlineMs) throws InterruptedException {
        Time.SYSTEM.waitObject(object, condition, deadlineMs - offsetMs.get());
    }
}
