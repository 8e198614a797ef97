package io.kurier.dispatcher.intake;

import io.kurier.dispatcher.offsets.PartitionAssignment;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.common.TopicPartition;

/** Receives records and partition changes from a consumer. Every method is called on the event loop, in order of events. */
public interface RecordHandler {
    /** The consumer's membership of its group changed; commits carry the newest. */
    void knowsGroup(PartitionAssignment.Path path, ConsumerGroupMetadata group);

    /** Partitions now belong to this worker. */
    void assigned(List<PartitionAssignment> taken);

    /**
     * Records of one partition arrived.
     *
     * @param records in the order of their offsets
     * @param nextOffset above all of them; records below it that did not come will not come
     */
    void arrived(PartitionAssignment assignment, List<DecodedRecord> records, long nextOffset);

    /**
     * The group takes partitions away: no attempt of them starts any more, those in flight end, and their outcomes are
     * committed.
     *
     * @return complete once that is done
     */
    CompletableFuture<Void> handOver(List<TopicPartition> partitions);

    /** Partitions belong to another worker already: nothing of them is sent or committed any more. */
    void lost(List<TopicPartition> partitions);
}
