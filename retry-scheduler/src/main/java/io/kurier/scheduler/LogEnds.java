package io.kurier.scheduler;

import io.kurier.runtime.kafka.KafkaClients;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Where partitions end, with what open transactions wrote: a reader of committed records that has come this far has
 * waited for their end. The end a consumer is told lies before the first open transaction, and so may hide a former
 * owner's last step.
 */
final class LogEnds {
    private LogEnds() {}

    static Map<TopicPartition, Long> of(KafkaClients kafka, Collection<TopicPartition> partitions)
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
}
