package io.kurier.ingest.config;

import io.kurier.model.EventRules;
import io.kurier.model.egress.EgressPolicy;
import io.kurier.runtime.config.Checks;
import io.kurier.runtime.config.EgressSettings;
import io.kurier.runtime.config.HostPort;
import io.kurier.runtime.config.Settings;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;

/** Settings of the API. */
public record IngestApiConfig(
        HostPort listen,
        String operatorKey,
        int maxEventBytes,
        int maxFanOutBytes,
        HttpConfig http,
        boolean strictEventTypes,
        double replayRate,
        EgressPolicy egress,
        AccessConfig access,
        TestDeliveryConfig testDeliveries,
        WebhookFileConfig webhookFile) {

    public static final String LISTEN = "KURIER_HTTP_LISTEN";
    public static final String OPERATOR_KEY = "KURIER_OPERATOR_KEY";
    private static final String MAX_EVENT_BYTES = "KURIER_MAX_EVENT_BYTES";
    public static final String MAX_FAN_OUT_BYTES = "KURIER_MAX_FAN_OUT_BYTES";
    private static final String STRICT_EVENT_TYPES = "KURIER_STRICT_EVENT_TYPES";
    private static final String REPLAY_RATE = "KURIER_REPLAY_RATE";

    private static final int SHORTEST_KEY = 16;

    public static ConfigDef definition() {
        return WebhookFileConfig.addTo(
                TestDeliveryConfig.addTo(AccessConfig.addTo(HttpConfig.addTo(ownTo(new ConfigDef())))));
    }

    private static ConfigDef ownTo(ConfigDef definition) {
        return definition
                .define(
                        LISTEN,
                        Type.STRING,
                        "127.0.0.1:8080",
                        Checks.hostPort(),
                        Importance.HIGH,
                        "Where the API listens; port 0 takes a free one and logs it.")
                .define(
                        OPERATOR_KEY,
                        Type.PASSWORD,
                        ConfigDef.NO_DEFAULT_VALUE,
                        Checks.check("at least 16 characters", IngestApiConfig::checkKey),
                        Importance.HIGH,
                        "The key that may do everything: `Authorization: Bearer KEY` or `X-API-Key: KEY`. Standalone makes its own, in `operator.key`.")
                .define(
                        MAX_EVENT_BYTES,
                        Type.INT,
                        1024 * 1024,
                        ConfigDef.Range.between(1, EventRules.MAX_DATA_BYTES),
                        Importance.MEDIUM,
                        "Largest `data` of one event, in bytes, normalised.")
                .define(
                        MAX_FAN_OUT_BYTES,
                        Type.INT,
                        1024 * 1024 * 1024,
                        ConfigDef.Range.between(1024 * 1024, Integer.MAX_VALUE),
                        Importance.MEDIUM,
                        "Most bytes that one event may become, that is its `data` times the webhooks that want it; more is answered with 413. What is written to Kafka past the API is not.")
                .define(
                        STRICT_EVENT_TYPES,
                        Type.BOOLEAN,
                        false,
                        Importance.LOW,
                        "Whether events of types that are not registered are refused, with 422. What is written to Kafka past the API is not.")
                .define(
                        REPLAY_RATE,
                        Type.DOUBLE,
                        100.0,
                        ConfigDef.Range.between(0.01, 100_000),
                        Importance.LOW,
                        "Deliveries a second of a replay whose order names no `rate_per_second`.");
    }

    private static void checkKey(String key) {
        if (key.length() < SHORTEST_KEY) {
            throw new IllegalArgumentException("expected at least " + SHORTEST_KEY + " characters");
        }
    }

    public static IngestApiConfig from(Settings settings) {
        return new IngestApiConfig(
                settings.hostPort(LISTEN),
                settings.secret(OPERATOR_KEY),
                settings.number(MAX_EVENT_BYTES),
                settings.number(MAX_FAN_OUT_BYTES),
                HttpConfig.from(settings),
                settings.flag(STRICT_EVENT_TYPES),
                settings.decimal(REPLAY_RATE),
                EgressSettings.rules(settings),
                AccessConfig.from(settings),
                TestDeliveryConfig.from(settings),
                WebhookFileConfig.from(settings));
    }
}
