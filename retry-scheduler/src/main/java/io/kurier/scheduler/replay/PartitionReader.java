package io.kurier.scheduler.replay;

import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** Reads committed records by partition and offset, outside any consumer group. One thread. */
public interface PartitionReader extends AutoCloseable {
    /**
     * Records that were read together.
     *
     * @param nextOffset where to read on; above the last record if transaction markers, aborted records or records that
     *     the topic's retention deleted were passed
     */
    record Page(List<ConsumerRecord<byte[], byte[]>> records, long nextOffset) {
        public Page {
            records = List.copyOf(records);
        }
    }

    /**
     * The end offset of each partition, by partition number. Records of open transactions count: a reader that has come
     * this far has waited for their end.
     */
    List<Long> ends(String topic) throws InterruptedException;

    /**
     * Reads from the offset on. If the topic's retention has deleted that offset, reads from the partition's first one on.
     *
     * @param wait longest wait for the first record
     * @return without records if none was readable in time, for example before an open transaction
     */
    Page read(TopicPartition partition, long offset, Duration wait) throws InterruptedException;

    @Override
    void close();
}
