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

/**
 * Settings of the HTTP API.
 *
 * @param listen address of the API; port 0 for any free port
 * @param operatorKey secret
 * @param maxEventBytes of an event's {@code data}, normalised
 * @param maxFanOutBytes of an event's {@code data} times the webhooks that it goes to
 * @param strictEventTypes whether events of unregistered types are refused, unless the tenant says otherwise
 * @param replayRate deliveries per second of a replay that names no rate
 */
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
                        "Address and port of the API. Port 0: any free port, which is logged.")
                .define(
                        OPERATOR_KEY,
                        Type.PASSWORD,
                        ConfigDef.NO_DEFAULT_VALUE,
                        Checks.check("at least 16 characters", IngestApiConfig::checkKey),
                        Importance.HIGH,
                        "The operator's key, which may call every route for every tenant: `Authorization: Bearer KEY` or `X-API-Key: KEY`. At least 16 characters. Standalone mode generates one in the file `operator.key`.")
                .define(
                        MAX_EVENT_BYTES,
                        Type.INT,
                        1024 * 1024,
                        ConfigDef.Range.between(1, EventRules.MAX_DATA_BYTES),
                        Importance.MEDIUM,
                        "Largest `data` of one event, in bytes of normalised JSON. A larger event gets a 413.")
                .define(
                        MAX_FAN_OUT_BYTES,
                        Type.INT,
                        1024 * 1024 * 1024,
                        ConfigDef.Range.between(1024 * 1024, Integer.MAX_VALUE),
                        Importance.MEDIUM,
                        "Limits the fan-out of one event: the bytes of its `data` times the webhooks that match. A larger event gets a 413. Does not apply to events that are written to Kafka directly.")
                .define(
                        STRICT_EVENT_TYPES,
                        Type.BOOLEAN,
                        false,
                        Importance.LOW,
                        "Whether events of unregistered types are refused, with a 422. Does not apply to events that are written to Kafka directly.")
                .define(
                        REPLAY_RATE,
                        Type.DOUBLE,
                        100.0,
                        ConfigDef.Range.between(0.01, 100_000),
                        Importance.LOW,
                        "Deliveries per second of a replay without `rate_per_second`, and of the release of held deliveries.");
    }

    private static void checkKey(String key) {
        if (key.length() < SHORTEST_KEY) {
            throw new IllegalArgumentException(
                    "found " + key.length() + " characters, expected at least " + SHORTEST_KEY);
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
