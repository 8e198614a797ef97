package io.kurier.scheduler;

import io.kurier.runtime.time.ProcessClock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * A member of a group, whose partitions and records a test gives it. Rebalances happen in the next poll, as Kafka's do; a
 * poll that finds nothing takes its wait of the clock. One thread.
 */
public final class MemberConsumer extends MockConsumer<byte[], byte[]> {
    private final ProcessClock clock;
    private Set<TopicPartition> wanted = Set.of();
    private boolean isOffsetUnstable;

    public MemberConsumer(ProcessClock clock) {
        super("earliest");
        this.clock = clock;
    }

    /** From the next poll on, the member owns these partitions and no others. */
    public void own(Collection<TopicPartition> partitions) {
        wanted = Set.copyOf(partitions);
    }

    /** While a transaction of a former owner is open, Kafka does not tell the group's offset. */
    public void setOffsetUnstable(boolean unstable) {
        isOffsetUnstable = unstable;
    }

    /** Adds a record behind those that were read. */
    public void deliver(ConsumerRecord<byte[], byte[]> record) {
        addRecord(record);
    }

    @Override
    public synchronized long position(TopicPartition partition, Duration timeout) {
        if (isOffsetUnstable) {
            throw new TimeoutException("an offset of a transaction is pending");
        }
        return super.position(partition, timeout);
    }

    @Override
    public synchronized ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
        if (!wanted.equals(assignment())) {
            Map<TopicPartition, Long> beginnings = new HashMap<>();
            wanted.forEach(partition -> beginnings.put(partition, 0L));
            updateBeginningOffsets(beginnings);
            rebalance(new HashSet<>(wanted));
        }
        ConsumerRecords<byte[], byte[]> records = super.poll(timeout);
        if (records.isEmpty()) {
            try {
                clock.sleep(timeout);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        return records;
    }
}
