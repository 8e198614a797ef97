package io.kurier.ingest.config;

import io.kurier.runtime.config.Settings;
import io.kurier.sender.SenderConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;

/**
 * Settings of test deliveries.
 *
 * @param atOnce requests of all tenants that may be under way
 * @param ofTenant the same of one tenant
 */
public record TestDeliveryConfig(int atOnce, int ofTenant, SenderConfig sender) {
    public static final String AT_ONCE = "KURIER_TEST_DELIVERIES";
    public static final String OF_TENANT = "KURIER_TENANT_TEST_DELIVERIES";
    private static final int MOST = 10_000;

    static ConfigDef addTo(ConfigDef definition) {
        return definition
                .define(
                        AT_ONCE,
                        Type.INT,
                        64,
                        ConfigDef.Range.between(1, MOST),
                        Importance.LOW,
                        "Test deliveries under way at once, per API process; more are answered with 503.")
                .define(
                        OF_TENANT,
                        Type.INT,
                        8,
                        ConfigDef.Range.between(1, MOST),
                        Importance.LOW,
                        "The same of one tenant; more are answered with 429.");
    }

    static TestDeliveryConfig from(Settings settings) {
        return new TestDeliveryConfig(
                settings.number(AT_ONCE), settings.number(OF_TENANT), SenderConfig.from(settings));
    }
}
