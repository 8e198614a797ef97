package io.kurier.runtime.kafka;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * End offsets of partitions. A consumer of committed records is told the end before the first open transaction, which
 * may hide a former owner's last batch; {@link #of} includes open transactions.
 */
public final class EndOffsets {
    private EndOffsets() {}

    /**
     * The log end offsets, open transactions included. A reader of committed records that reaches them has seen the
     * outcome of every transaction that was open at the call.
     *
     * @throws KafkaException if Kafka cannot be reached
     */
    public static Map<TopicPartition, Long> of(KafkaClients kafka, Collection<TopicPartition> partitions)
            throws InterruptedException {
        Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
        partitions.forEach(partition -> latest.put(partition, OffsetSpec.latest()));
        Map<TopicPartition, Long> ends = new HashMap<>();
        try (Admin admin = kafka.admin()) {
            admin.listOffsets(latest).all().get().forEach((partition, end) -> ends.put(partition, end.offset()));
        } catch (ExecutionException e) {
            throw new KafkaException("cannot read the end offsets of " + partitions, e.getCause());
        }
        return ends;
    }

    /** The end of the committed records: the offset of the first open transaction, or the log's end. */
    public static long committed(KafkaClients kafka, TopicPartition partition) {
        try (Consumer<byte[], byte[]> reader = kafka.reader()) {
            return reader.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
        }
    }
}
