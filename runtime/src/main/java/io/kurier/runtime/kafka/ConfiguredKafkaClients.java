package io.kurier.runtime.kafka;

import io.kurier.schemas.topics.TopicSpec;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Real Kafka clients. The settings that Kurier's promises need win over those that the user passes through. */
public final class ConfiguredKafkaClients implements KafkaClients {
    private static final int REQUEST_TIMEOUT_MS = 5_000;

    private final Map<String, String> client;

    public ConfiguredKafkaClients(Map<String, String> client) {
        this.client = Map.copyOf(client);
    }

    @Override
    public Producer<byte[], byte[]> producer(Map<String, Object> overrides) {
        Map<String, Object> settings = new HashMap<>();
        settings.put("request.timeout.ms", REQUEST_TIMEOUT_MS);
        settings.put("batch.size", 256 * 1024);
        settings.put("max.request.size", TopicSpec.MAX_MESSAGE_BYTES);
        settings.putAll(client);
        settings.put("acks", "all");
        settings.put("enable.idempotence", true);
        settings.putAll(overrides);
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    public Producer<byte[], byte[]> transactionalProducer(String transactionalId) {
        return producer(Map.of(
                "transactional.id", transactionalId,
                "transaction.timeout.ms", 10_000,
                // shorter than the transaction timeout, so that a failed send is known before the transaction expires
                "delivery.timeout.ms", 8_000,
                "max.block.ms", 10_000,
                // the commit flushes; until then records gather into batches
                "linger.ms", 50));
    }

    @Override
    public Consumer<byte[], byte[]> member(String group, Map<String, Object> overrides) {
        Map<String, Object> settings = consumerSettings();
        settings.put("group.protocol", "consumer");
        settings.putAll(client);
        settings.putAll(overrides);
        settings.put("group.id", group);
        return consumer(settings);
    }

    @Override
    public Consumer<byte[], byte[]> reader() {
        Map<String, Object> settings = consumerSettings();
        settings.putAll(client);
        return consumer(settings);
    }

    private static Map<String, Object> consumerSettings() {
        Map<String, Object> settings = new HashMap<>();
        settings.put("auto.offset.reset", "earliest");
        settings.put("max.poll.interval.ms", 60_000);
        settings.put("request.timeout.ms", REQUEST_TIMEOUT_MS);
        settings.put("default.api.timeout.ms", 3 * REQUEST_TIMEOUT_MS);
        settings.put("fetch.max.bytes", 8 * 1024 * 1024);
        return settings;
    }

    private static Consumer<byte[], byte[]> consumer(Map<String, Object> settings) {
        settings.put("enable.auto.commit", false);
        settings.put("isolation.level", "read_committed");
        settings.put("allow.auto.create.topics", false);
        return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    @Override
    public Admin admin() {
        Map<String, Object> settings = new HashMap<>(client);
        settings.putIfAbsent("request.timeout.ms", REQUEST_TIMEOUT_MS);
        settings.putIfAbsent("default.api.timeout.ms", 6 * REQUEST_TIMEOUT_MS);
        return Admin.create(settings);
    }
}
