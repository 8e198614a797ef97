package io.kurier.runtime.kafka;

import io.kurier.runtime.time.ProcessClock;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;

/**
 * Polls consumers that pause partitions. Records that Kafka's consumer has already fetched of a paused partition end each
 * of its waits at once, so that a loop around its own {@code poll} would occupy a whole processor. While a partition is
 * paused, the wait therefore happens outside the consumer.
 */
public final class PausablePoll {
    private PausablePoll() {}

    /**
     * Polls as {@link Consumer#poll} does; while a partition is paused, records that arrive during the wait are returned
     * by the next call.
     *
     * @param wait longest wait for a record
     * @param clock waits while a partition is paused
     * @throws InterruptedException if the thread is interrupted during a wait on the clock
     */
    public static ConsumerRecords<byte[], byte[]> poll(
            Consumer<byte[], byte[]> consumer, Duration wait, ProcessClock clock) throws InterruptedException {
        if (consumer.paused().isEmpty()) {
            return consumer.poll(wait);
        }
        ConsumerRecords<byte[], byte[]> records = consumer.poll(Duration.ZERO);
        if (records.isEmpty()) {
            clock.sleep(wait);
        }
        return records;
    }

    /** The same in real time, for threads that have no clock. */
    public static ConsumerRecords<byte[], byte[]> poll(Consumer<byte[], byte[]> consumer, Duration wait) {
        if (consumer.paused().isEmpty()) {
            return consumer.poll(wait);
        }
        ConsumerRecords<byte[], byte[]> records = consumer.poll(Duration.ZERO);
        if (records.isEmpty()) {
            LockSupport.parkNanos(wait.toNanos());
        }
        return records;
    }
}
