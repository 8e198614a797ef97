package io.kurier.ingest.config;

import io.kurier.runtime.config.Settings;
import io.kurier.sender.SenderConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;

/**
 * Settings of test deliveries.
 *
 * @param atOnce test deliveries of all tenants that may be in flight, per process
 * @param ofTenant test deliveries of one tenant that may be in flight, per process
 * @param sender how their requests are sent
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
                        "Test deliveries that may be in flight at the same time, per API process. One more gets a 503.")
                .define(
                        OF_TENANT,
                        Type.INT,
                        8,
                        ConfigDef.Range.between(1, MOST),
                        Importance.LOW,
                        "Test deliveries of one tenant that may be in flight at the same time, per API process. One more gets a 429.");
    }

    static TestDeliveryConfig from(Settings settings) {
        return new TestDeliveryConfig(
                settings.number(AT_ONCE), settings.number(OF_TENANT), SenderConfig.from(settings));
    }
}
