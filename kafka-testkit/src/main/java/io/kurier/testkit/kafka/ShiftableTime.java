package io.kurier.testkit.kafka;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.apache.kafka.common.utils.Time;

/**
 * A broker's clock whose wall time can be put forward; {@link ManualClock} is the handle.
 *
 * <p>Only {@link #milliseconds()} is shifted: that stamps the records of {@code LogAppendTime} topics and drives
 * retention and compaction. The monotonic side stays real, so sessions, purgatories and timers do not notice a
 * jump. Kafka's group and transaction coordinators use the system's clock whatever a broker is given, so sessions,
 * transaction timeouts and the expiry of offsets never jump.
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

    /** A jump while waiting does not cut the wait short. */
    @Override
    public void waitObject(Object object, Supplier<Boolean> condition, long deadlineMs) throws InterruptedException {
        Time.SYSTEM.waitObject(object, condition, deadlineMs - offsetMs.get());
    }
}
