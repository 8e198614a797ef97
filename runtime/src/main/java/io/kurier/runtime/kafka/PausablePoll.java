package io.kurier.runtime.kafka;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;

/**
 * Polls of consumers that pause partitions. What Kafka's consumer has fetched of a paused one wakes each of its waits at
 * once, so that it would take a whole processor to wait for nothing.
 */
public final class PausablePoll {
    private PausablePoll() {}

    /** As the consumer's own; while something is paused, records that come during the wait are had after it. */
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
