package io.kurier.testkit.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads a topic without a consumer group, from its beginning to the end it has at the time of the call. */
final class TopicReader {
    private static final Comparator<ConsumerRecord<byte[], byte[]>> BY_POSITION =
            Comparator.<ConsumerRecord<byte[], byte[]>>comparingInt(ConsumerRecord::partition)
                    .thenComparingLong(ConsumerRecord::offset);

    private TopicReader() {}

    static List<ConsumerRecord<byte[], byte[]>> readAll(
            String bootstrap, String topic, IsolationLevel isolation, Duration patience) {
        Map<String, Object> config = Map.of(
                "bootstrap.servers",
                bootstrap,
                "isolation.level",
                isolation.name().toLowerCase(Locale.ROOT),
                "allow.auto.create.topics",
                false,
                "enable.auto.commit",
                false);
        try (var consumer = new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            var partitions = consumer.partitionsFor(topic, patience).stream()
                    .map(found -> new TopicPartition(topic, found.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            return readTo(consumer, consumer.endOffsets(partitions, patience), patience);
        }
    }

    /** Compares positions instead of counting records, since markers and aborted records take offsets too. */
    private static List<ConsumerRecord<byte[], byte[]>> readTo(
            Consumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends, Duration patience) {
        var records = new ArrayList<ConsumerRecord<byte[], byte[]>>();
        long start = System.nanoTime();
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            if (System.nanoTime() - start > patience.toNanos()) {
                throw new IllegalStateException(
                        "read " + records.size() + " records in " + patience + " without reaching the ends " + ends);
            }
            consumer.poll(Duration.ofMillis(100)).forEach(records::add);
        }
        records.sort(BY_POSITION);
        return records;
    }
}
