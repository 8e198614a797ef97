package io.kurier.runtime.config;

import io.kurier.model.egress.EgressPolicy;
import io.kurier.model.egress.IpNetwork;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;

/** Settings that decide which addresses deliveries may go to. The API and the workers need the same values. */
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
                        "Allows webhook URLs that lead to private addresses, over `http` too. Use it for "
                                + "development, or if all receivers are in your own network.")
                .define(
                        ALLOWED_NETWORKS,
                        Type.STRING,
                        "",
                        Checks.check("networks in CIDR notation, separated by commas", IpNetwork::parseList),
                        Importance.HIGH,
                        "Private networks that webhook URLs may lead to, over `http` too, such as "
                                + "`10.1.0.0/16,fd00:1::/64`. All other private addresses stay blocked.")
                .define(
                        ALLOW_HTTP,
                        Type.BOOLEAN,
                        false,
                        Importance.MEDIUM,
                        "Allows `http` webhook URLs to public addresses. Anybody on the network path can then "
                                + "read and change the deliveries.");
    }

    public static EgressPolicy rules(Settings settings) {
        return new EgressPolicy(
                settings.flag(ALLOW_PRIVATE_NETWORKS),
                settings.flag(ALLOW_HTTP),
                IpNetwork.parseList(settings.text(ALLOWED_NETWORKS)));
    }
}
