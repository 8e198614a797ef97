package io.kurier.schemas.publisher;

import io.kurier.model.Ids;
import io.kurier.schemas.registry.RegistrySettings;
import io.kurier.schemas.topics.TopicSpec;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;

/**
 * Settings of an {@link EventPublisher}.
 *
 * @param producer settings of Kafka's producer
 * @param schemasTopic topic that the schema is announced in before the first event; empty: it is not announced
 */
record PublisherSettings(
        Map<String, Object> producer,
        String topic,
        String tenant,
        String schemasTopic,
        int maxEvents,
        long maxBytes,
        Duration patience) {
    static final String PREFIX = "kurier.";
    private static final int MAX_EVENTS = 10_000;
    private static final long MAX_BYTES = 32L * 1024 * 1024;
    private static final long DELIVERY_MS = 120_000;

    static PublisherSettings from(Map<String, ?> config) {
        Map<String, Object> producer = new HashMap<>();
        producer.put("max.request.size", TopicSpec.MAX_MESSAGE_BYTES);
        config.forEach((name, value) -> {
            if (!name.startsWith(PREFIX)) {
                producer.put(name, value);
            }
        });
        producer.put("acks", "all");
        producer.put("enable.idempotence", true);
        // The events of one job go to one partition, chosen by their key, as Kurier's HTTP API does.
        producer.remove("partitioner.class");
        producer.put("partitioner.ignore.keys", false);
        if (!config.containsKey(RegistrySettings.URL)) {
            producer.keySet().removeIf(name -> name.startsWith("schema.registry."));
        }
        String tenant = text(config, "tenant", "default");
        if (!Ids.isTenant(tenant)) {
            throw new ConfigException(PREFIX + "tenant", tenant, Ids.EXPECTED_TENANT);
        }
        return new PublisherSettings(
                producer,
                text(config, "topic", "kurier.events"),
                tenant,
                text(config, "schemas.topic", ""),
                (int) number(config, PREFIX + "buffer.events", MAX_EVENTS),
                number(config, PREFIX + "buffer.bytes", MAX_BYTES),
                Duration.ofMillis(number(config, "delivery.timeout.ms", DELIVERY_MS)));
    }

    private static String text(Map<String, ?> config, String name, String preset) {
        Object value = config.get(PREFIX + name);
        return value == null ? preset : value.toString();
    }

    private static long number(Map<String, ?> config, String name, long preset) {
        Object value = config.get(name);
        try {
            long number = value == null ? preset : Long.parseLong(value.toString());
            if (number >= 1 && number <= Integer.MAX_VALUE) {
                return number;
            }
        } catch (NumberFormatException e) {
            // the one message below
        }
        throw new ConfigException(name, value, "expected 1 to " + Integer.MAX_VALUE);
    }
}
