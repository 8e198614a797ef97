package io.kurier.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kurier.broker.EmbeddedBroker;
import io.kurier.model.retry.RetryTiers;
import io.kurier.runtime.kafka.ConfiguredKafkaClients;
import io.kurier.runtime.kafka.KafkaClients;
import io.kurier.runtime.kafka.KafkaSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A broker for one test class, and the verbs of its tests. The testkit stands on this module, so it can't be used here. */
public final class TestKafka implements AutoCloseable {
    public static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Duration MARKERS = Duration.ofSeconds(2);
    private static final AtomicInteger NUMBERS = new AtomicInteger();

    private final EmbeddedBroker broker;
    private final Path folder;

    public TestKafka() {
        try {
            folder = Files.createTempDirectory("kurier-runtime-");
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        broker = EmbeddedBroker.start(
                folder,
                "127.0.0.1:0",
                Map.of(
                        "group.consumer.min.heartbeat.interval.ms", "300",
                        "group.consumer.heartbeat.interval.ms", "300"));
    }

    public static String unique(String name) {
        return "t" + NUMBERS.incrementAndGet() + "." + name;
    }

    public KafkaSettings settings(String prefix) {
        return new KafkaSettings(
                Map.of("bootstrap.servers", broker.bootstrapServers()), prefix, 2, RetryTiers.parse("1s 6h"));
    }

    public KafkaClients clients() {
        return new ConfiguredKafkaClients(Map.of("bootstrap.servers", broker.bootstrapServers()));
    }

    public void createTopic(String name, int partitions, Map<String, String> config) throws Exception {
        try (Admin admin = clients().admin()) {
            admin.createTopics(List.of(new NewTopic(name, partitions, (short) 1).configs(config)))
                    .all()
                    .get();
            Awaitility.await()
                    .atMost(PATIENCE)
                    .ignoreExceptions()
                    .until(() -> admin.describeTopics(List.of(name))
                                    .allTopicNames()
                                    .get()
                                    .size()
                            == 1);
        }
    }

    /** Each value under its key, in order, acknowledged; null deletes. */
    public void send(String topic, String key, byte @Nullable [] value) throws Exception {
        try (var producer = clients().producer(Map.of())) {
            producer.send(new ProducerRecord<>(topic, 0, key.getBytes(UTF_8), value))
                    .get();
        }
    }

    /**
     * What readers of committed records find in the topic's first partition. A commit returns before its markers are
     * written, so what was just committed gets a moment to appear.
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

    /** Stops the broker; clients keep trying. */
    public void stopBroker() {
        broker.close();
    }

    @Override
    public void close() throws Exception {
        broker.close();
        try (var files = Files.walk(folder)) {
            files.sorted(java.util.Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        }
    }
}
