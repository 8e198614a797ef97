package io.kurier.runtime.transactions;

import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * The content of one transaction.
 *
 * @param records in the order in which they are sent
 * @param offsets the progress of each consumer group that goes with the records
 */
public record Batch(List<ProducerRecord<byte[], byte[]>> records, List<GroupOffsets> offsets) {
    public Batch {
        records = List.copyOf(records);
        offsets = List.copyOf(offsets);
    }

    /**
     * The progress of one consumer group.
     *
     * @param group the consumer's last metadata; if its member has left the group, Kafka aborts the whole batch
     */
    public record GroupOffsets(ConsumerGroupMetadata group, Map<TopicPartition, Progress> progress) {
        public GroupOffsets {
            progress = Map.copyOf(progress);
        }
    }

    /**
     * The progress in one partition.
     *
     * @param offset everything below it is settled
     * @param payload state for the partition's next owner, at most {@link TransactionalWriter#MAX_PAYLOAD} characters
     */
    public record Progress(long offset, String payload) {}
}
