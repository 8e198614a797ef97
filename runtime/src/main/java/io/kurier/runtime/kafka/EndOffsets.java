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
 * Where partitions end, with what open transactions wrote: a reader of committed records that has come this far has
 * waited for their end. The end a consumer is told lies before the first open transaction, and so may hide a former
 * owner's last step.
 */
public final class EndOffsets {
    private EndOffsets() {}

    public static Map<TopicPartition, Long> of(KafkaClients kafka, Collection<TopicPartition> partitions)
            throws InterruptedException {
        Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
        partitions.forEach(partition -> latest.put(partition, OffsetSpec.latest()));
        Map<TopicPartition, Long> ends = new HashMap<>();
        try (Admin admin = kafka.admin()) {
            admin.listOffsets(latest).all().get().forEach((partition, end) -> ends.put(partition, end.offset()));
        } catch (ExecutionException e) {
            throw new KafkaException("cannot ask where " + partitions + " end", e.getCause());
        }
        return ends;
    }

    /** Before the first open transaction: whoever has read to there knows what was read by anybody. */
    public static long committed(KafkaClients kafka, TopicPartition partition) {
        try (Consumer<byte[], byte[]> reader = kafka.reader()) {
            return reader.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
        }
    }
}
