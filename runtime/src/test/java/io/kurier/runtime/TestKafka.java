package io.kurier.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kurier.model.retry.RetryTiers;
import io.kurier.runtime.kafka.ConfiguredKafkaClients;
import io.kurier.runtime.kafka.KafkaClients;
import io.kurier.runtime.kafka.KafkaSettings;
import io.kurier.testkit.kafka.BrokerFixture;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Shorthands of tests on a broker: Kurier's clients and settings, records in and out. */
public record TestKafka(BrokerFixture broker) {
    public static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Duration MARKERS = Duration.ofSeconds(2);

    /** A name that no other test of this broker uses. */
    public String unique(String name) {
        return broker.uniquePrefix() + name;
    }

    public KafkaSettings settings(String prefix) {
        return new KafkaSettings(
                Map.of("bootstrap.servers", broker.bootstrapServers()), prefix, 2, RetryTiers.parse("1s 6h"));
    }

    public KafkaClients clients() {
        return new ConfiguredKafkaClients(Map.of("bootstrap.servers", broker.bootstrapServers()));
    }

    /** Returns when the broker has the record; a null value deletes the key. */
    public void send(String topic, String key, byte @Nullable [] value) throws Exception {
        try (var producer = clients().producer(Map.of())) {
            producer.send(new ProducerRecord<>(topic, 0, key.getBytes(UTF_8), value))
                    .get();
        }
    }

    /**
     * The committed records of the topic's first partition. A commit returns before its markers are written, so a
     * transaction that is still open gets a moment to end.
     */
    public List<ConsumerRecord<byte[], byte[]>> committed(String topic) {
        TopicPartition partition = new TopicPartition(topic, 0);
        List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
        try (var reader = clients().reader()) {
            reader.assign(List.of(partition));
            reader.seekToBeginning(List.of(partition));
            long end = logEnd(partition);
            long deadline = System.nanoTime() + MARKERS.toNanos();
            while (reader.position(partition) < end
                    && (System.nanoTime() < deadline
                            || reader.position(partition)
                                    < reader.endOffsets(List.of(partition)).get(partition))) {
                reader.poll(Duration.ofMillis(100)).forEach(found::add);
            }
        }
        return found;
    }

    private long logEnd(TopicPartition partition) {
        try (Admin admin = clients().admin()) {
            return admin.listOffsets(Map.of(partition, OffsetSpec.latest()))
                    .partitionResult(partition)
                    .get()
                    .offset();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException("cannot ask where " + partition + " ends", e);
        }
    }

    public List<String> committedValues(String topic) {
        return committed(topic).stream()
                .map(record -> record.value() == null ? "deleted" : new String(record.value(), UTF_8))
                .toList();
    }
}
