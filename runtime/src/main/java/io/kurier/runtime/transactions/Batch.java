package io.kurier.runtime.transactions;

import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/** What one transaction holds: records, and how far each group has come with them. */
public record Batch(List<ProducerRecord<byte[], byte[]>> records, List<GroupOffsets> offsets) {
    public Batch {
        records = List.copyOf(records);
        offsets = List.copyOf(offsets);
    }

    /** @param group as the consumer knew it last; a member that is no longer one makes the whole batch fail */
    public record GroupOffsets(ConsumerGroupMetadata group, Map<TopicPartition, Progress> progress) {
        public GroupOffsets {
            progress = Map.copyOf(progress);
        }
    }

    /**
     * @param offset everything below is settled
     * @param payload what the next owner must know, see {@link TransactionalWriter#MAX_PAYLOAD}
     */
    public record Progress(long offset, String payload) {}
}
