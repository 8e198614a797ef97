package io.kurier.runtime.kafka;

import io.kurier.model.Ladder;
import io.kurier.runtime.config.Checks;
import io.kurier.runtime.config.Settings;
import io.kurier.schemas.topics.TopicCatalog;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;

/**
 * Where Kafka is and how Kurier's topics are laid out in it.
 *
 * @param client settings of every client: bootstrap servers, TLS, SASL
 */
public record KafkaSettings(Map<String, String> client, String prefix, int partitions, Ladder ladder) {
    public static final String BOOTSTRAP_SERVERS = "KURIER_KAFKA_BOOTSTRAP_SERVERS";
    private static final String TOPIC_PREFIX = "KURIER_TOPIC_PREFIX";
    public static final String PARTITIONS = "KURIER_PARTITIONS";
    private static final String RETRY_TIERS = "KURIER_RETRY_TIERS";

    public static ConfigDef definition() {
        return new ConfigDef()
                .define(
                        BOOTSTRAP_SERVERS,
                        Type.STRING,
                        "127.0.0.1:9092",
                        Importance.HIGH,
                        "Kafka brokers to begin with, host:port, comma-separated. Any other client setting of Kafka is passed through in the same way: `KURIER_KAFKA_SASL_MECHANISM` is `sasl.mechanism`.")
                .define(
                        TOPIC_PREFIX,
                        Type.STRING,
                        "kurier.",
                        Checks.check("letters, digits, `.`, `_`, `-`", KafkaSettings::checkPrefix),
                        Importance.MEDIUM,
                        "Put before the names of topics, groups and transactional ids, so that one Kafka holds several installations.")
                .define(
                        PARTITIONS,
                        Type.INT,
                        12,
                        ConfigDef.Range.between(1, 1000),
                        Importance.MEDIUM,
                        "Partitions a topic is created with: the most workers that share it. Existing topics keep theirs. Standalone creates 4 unless told otherwise.")
                .define(
                        RETRY_TIERS,
                        Type.STRING,
                        "1s 5s 30s 2m 10m 1h 6h",
                        Checks.check("rising durations above 250ms", Ladder::parse),
                        Importance.MEDIUM,
                        "The delay tiers, one topic each. A retry hops through the largest that fits what remains of its wait.");
    }

    public static KafkaSettings from(Settings settings) {
        Map<String, String> client = settings.passedThrough("KURIER_KAFKA_");
        client.put("bootstrap.servers", settings.text(BOOTSTRAP_SERVERS));
        return new KafkaSettings(
                Map.copyOf(client),
                settings.text(TOPIC_PREFIX),
                settings.number(PARTITIONS),
                Ladder.parse(settings.text(RETRY_TIERS)));
    }

    private static void checkPrefix(String text) {
        if (!text.matches("[A-Za-z0-9._-]{0,100}")) {
            throw new IllegalArgumentException("expected letters, digits, '.', '_' and '-'");
        }
    }

    public TopicCatalog topics() {
        return new TopicCatalog(prefix, partitions, ladder.delays());
    }
}
