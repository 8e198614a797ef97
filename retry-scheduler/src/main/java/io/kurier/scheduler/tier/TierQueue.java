package io.kurier.scheduler.tier;

import io.kurier.model.retry.RetryTiers;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * The records read ahead of one tier partition, in the order of their offsets. All records of a tier wait equally long
 * from their append, so the first one is always the next one due. One thread.
 */
final class TierQueue {
    private final RetryTiers.Tier tier;
    private final ArrayDeque<ConsumerRecord<byte[], byte[]>> records = new ArrayDeque<>();
    private long bytes;

    TierQueue(RetryTiers.Tier tier) {
        this.tier = tier;
    }

    void add(List<ConsumerRecord<byte[], byte[]>> read) {
        records.addAll(read);
        read.forEach(record -> bytes += record.serializedValueSize());
    }

    long bytes() {
        return bytes;
    }

    int size() {
        return records.size();
    }

    /** The first records whose time in the tier is over; they stay in the queue until {@link #remove}. */
    List<ConsumerRecord<byte[], byte[]>> due(long nowMs, int limit) {
        List<ConsumerRecord<byte[], byte[]>> due = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            if (due.size() >= limit || tier.releaseAtMs(record.timestamp()) > nowMs) {
                break;
            }
            due.add(record);
        }
        return due;
    }

    /** Removes the first records. */
    void remove(int count) {
        for (int i = 0; i < count; i++) {
            bytes -= records.remove().serializedValueSize();
        }
    }
}
