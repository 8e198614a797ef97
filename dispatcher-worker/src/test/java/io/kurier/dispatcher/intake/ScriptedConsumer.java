package io.kurier.dispatcher.intake;

import io.kurier.dispatcher.Samples;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/** Kafka's mock, whose group metadata and committed offsets a test can change. */
final class ScriptedConsumer extends MockConsumer<byte[], byte[]> {
    int generation = 1;
    int timeouts;
    final Map<TopicPartition, OffsetAndMetadata> committed = new HashMap<>();

    ScriptedConsumer() {
        super("earliest");
    }

    @Override
    public ConsumerGroupMetadata groupMetadata() {
        return Samples.group("group", generation);
    }

    @Override
    public synchronized Map<TopicPartition, OffsetAndMetadata> committed(Set<TopicPartition> partitions) {
        if (timeouts > 0) {
            timeouts--;
            throw new TimeoutException("a transaction is open");
        }
        Map<TopicPartition, OffsetAndMetadata> found = new HashMap<>(committed);
        found.keySet().retainAll(partitions);
        return found;
    }
}
