package io.kurier.runtime.kafka;

import io.kurier.model.Ids;
import io.kurier.model.retry.RetryTiers;
import io.kurier.runtime.config.BadSettingsException;
import io.kurier.runtime.config.Checks;
import io.kurier.runtime.config.Settings;
import io.kurier.schemas.topics.TopicCatalog;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;

/**
 * The connection to Kafka, and the layout of Kurier's topics in it.
 *
 * @param client settings of every Kafka client: bootstrap servers, TLS, SASL
 * @param prefix of the names of topics, groups and transactional ids
 * @param partitions of topics that are created
 * @param retryTiers the delays of the retry topics
 * @param eventTopics topics of events besides the shared one, by name, each with the tenant that owns it
 */
public record KafkaSettings(
        Map<String, String> client,
        String prefix,
        int partitions,
        RetryTiers retryTiers,
        Map<String, String> eventTopics) {
    public static final String BOOTSTRAP_SERVERS = "KURIER_KAFKA_BOOTSTRAP_SERVERS";
    private static final String TOPIC_PREFIX = "KURIER_TOPIC_PREFIX";
    public static final String PARTITIONS = "KURIER_PARTITIONS";
    private static final String RETRY_TIERS = "KURIER_RETRY_TIERS";
    private static final String EVENT_TOPICS = "KURIER_EVENT_TOPICS";

    /** Settings without topics that belong to one tenant. */
    public KafkaSettings(Map<String, String> client, String prefix, int partitions, RetryTiers retryTiers) {
        this(client, prefix, partitions, retryTiers, Map.of());
    }

    public static ConfigDef definition() {
        return new ConfigDef()
                .define(
                        BOOTSTRAP_SERVERS,
                        Type.STRING,
                        "127.0.0.1:9092",
                        Importance.HIGH,
                        "Kafka brokers to connect to first, as `host:port` separated by commas. Kurier passes "
                                + "any other client setting of Kafka through: `KURIER_KAFKA_SASL_MECHANISM` sets "
                                + "`sasl.mechanism`.")
                .define(
                        TOPIC_PREFIX,
                        Type.STRING,
                        "kurier.",
                        Checks.check("letters, digits, `.`, `_`, `-`; at most 100", KafkaSettings::checkPrefix),
                        Importance.MEDIUM,
                        "Prefix of the names of topics, consumer groups and transactional ids, so that "
                                + "several installations can share one Kafka cluster.")
                .define(
                        PARTITIONS,
                        Type.INT,
                        12,
                        ConfigDef.Range.between(1, 1000),
                        Importance.MEDIUM,
                        "Number of partitions of the topics that Kurier creates. It limits how many workers "
                                + "can share the load. Existing topics keep their partitions. Standalone mode creates 4 "
                                + "unless this setting is given.")
                .define(
                        RETRY_TIERS,
                        Type.STRING,
                        "1s 5s 30s 2m 10m 1h 6h",
                        Checks.check("rising durations above 250ms", RetryTiers::parse),
                        Importance.MEDIUM,
                        "Delays of the retry topics, one topic each. A waiting retry moves through the "
                                + "longest delay that fits into its remaining wait, again and again until it is due.")
                .define(
                        EVENT_TOPICS,
                        Type.STRING,
                        "",
                        Checks.check("`topic=tenant`, separated by commas", KafkaSettings::parseEventTopics),
                        Importance.MEDIUM,
                        "Additional topics to read events from, with the tenant that owns each, such as "
                                + "`acme.events=acme`. Give the full topic name; the prefix is not added. Every record "
                                + "in such a topic belongs to that tenant, whatever the record claims, so Kafka's ACLs "
                                + "can keep tenants apart. Kurier creates a missing topic and reads each from its "
                                + "beginning. Give every process the same value.");
    }

    /** @throws BadSettingsException if an event topic has the name of one of Kurier's own */
    public static KafkaSettings from(Settings settings) {
        Map<String, String> client = settings.passedThrough("KURIER_KAFKA_");
        client.put("bootstrap.servers", settings.text(BOOTSTRAP_SERVERS));
        KafkaSettings found = new KafkaSettings(
                Map.copyOf(client),
                settings.text(TOPIC_PREFIX),
                settings.number(PARTITIONS),
                RetryTiers.parse(settings.text(RETRY_TIERS)),
                parseEventTopics(settings.text(EVENT_TOPICS)));
        try {
            found.topics();
        } catch (IllegalArgumentException e) {
            throw new BadSettingsException(List.of(EVENT_TOPICS + ": " + e.getMessage()));
        }
        return found;
    }

    private static Map<String, String> parseEventTopics(String text) {
        Map<String, String> found = new LinkedHashMap<>();
        for (String pair : text.split(",")) {
            String[] parts = pair.strip().split("\\s*=\\s*", -1);
            if (pair.isBlank()) {
                continue;
            }
            boolean fits = parts.length == 2 && parts[0].matches("[A-Za-z0-9._-]{1,249}") && Ids.isTenant(parts[1]);
            if (!fits || found.put(parts[0], parts[1]) != null) {
                throw new IllegalArgumentException(
                        "'" + pair.strip()
                                + "' is not a topic with its tenant; expected topic=tenant, each topic once, such as acme.events=acme");
            }
        }
        return found;
    }

    private static void checkPrefix(String text) {
        if (!text.matches("[A-Za-z0-9._-]{0,100}")) {
            throw new IllegalArgumentException("expected at most 100 letters, digits, '.', '_' and '-'");
        }
    }

    /** @throws IllegalArgumentException if an event topic has the name of one of Kurier's own */
    public TopicCatalog topics() {
        return new TopicCatalog(prefix, partitions, retryTiers.delays(), eventTopics);
    }
}
