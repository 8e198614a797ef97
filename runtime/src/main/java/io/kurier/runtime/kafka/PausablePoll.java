package io.kurier.runtime.kafka;

import io.kurier.runtime.time.ProcessClock;
import java.time.Duration;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.errors.InterruptException;

/**
 * Polls a consumer that may have paused partitions. Kafka's consumer returns from a waiting poll at once while it holds
 * fetched records of a paused partition, so a loop around it would spin; this class waits outside the consumer instead.
 */
public final class PausablePoll {
    private PausablePoll() {}

    /**
     * Like {@link Consumer#poll}. While a partition is paused, records that arrive during the wait are returned by the
     * next call. Call it on the consumer's thread.
     *
     * @param wait longest time to wait for a record
     * @param clock does the waiting while a partition is paused
     * @throws InterruptException if the thread is interrupted; its interrupt flag stays set
     */
    public static ConsumerRecords<byte[], byte[]> poll(
            Consumer<byte[], byte[]> consumer, Duration wait, ProcessClock clock) {
        if (consumer.paused().isEmpty()) {
            return consumer.poll(wait);
        }
        ConsumerRecords<byte[], byte[]> records = consumer.poll(Duration.ZERO);
        if (records.isEmpty()) {
            try {
                clock.sleep(wait);
            } catch (InterruptedException e) {
                throw new InterruptException(e);
            }
        }
        return records;
    }
}
