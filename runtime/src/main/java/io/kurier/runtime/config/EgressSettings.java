package io.kurier.runtime.config;

import io.kurier.model.egress.EgressPolicy;
import io.kurier.model.egress.IpNetwork;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;

/** Where deliveries may go; the door and the workers must be told the same. */
public final class EgressSettings {
    public static final String ALLOW_PRIVATE_NETWORKS = "KURIER_ALLOW_PRIVATE_NETWORKS";
    public static final String ALLOWED_NETWORKS = "KURIER_ALLOWED_NETWORKS";
    public static final String ALLOW_HTTP = "KURIER_ALLOW_HTTP";

    private EgressSettings() {}

    public static ConfigDef definition() {
        return new ConfigDef()
                .define(
                        ALLOW_PRIVATE_NETWORKS,
                        Type.BOOLEAN,
                        false,
                        Importance.HIGH,
                        "Lets webhooks reach addresses that are not public, over http too: for development, and for receivers in your own network.")
                .define(
                        ALLOWED_NETWORKS,
                        Type.STRING,
                        "",
                        Checks.check("networks, separated by commas", IpNetwork::parseList),
                        Importance.HIGH,
                        "The networks that webhooks may reach although they are not public, over http too, such as `10.1.0.0/16,fd00:1::/64`; every other stays closed.")
                .define(
                        ALLOW_HTTP,
                        Type.BOOLEAN,
                        false,
                        Importance.MEDIUM,
                        "Lets webhooks use http URLs to public addresses; whoever is on the way reads and changes them.");
    }

    public static EgressPolicy rules(Settings settings) {
        return new EgressPolicy(
                settings.flag(ALLOW_PRIVATE_NETWORKS),
                settings.flag(ALLOW_HTTP),
                IpNetwork.parseList(settings.text(ALLOWED_NETWORKS)));
    }
}
