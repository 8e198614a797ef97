package io.kurier.ingest.config;

import io.kurier.model.egress.IpNetwork;
import io.kurier.model.egress.TrustedProxies;
import io.kurier.model.tenant.Tenant;
import io.kurier.runtime.config.Checks;
import io.kurier.runtime.config.Settings;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;

/**
 * Settings of access control and of default quotas.
 *
 * @param trustedProxies proxies whose {@code X-Forwarded-For} is believed
 * @param wrongKeysPerMinute limit for one address; 0 for no limit
 * @param corsOrigins origins whose pages may call the API from a browser; empty for none
 * @param eventsPerSecond limit for a tenant without a quota of its own, per process; 0 for no limit
 * @param webhooks limit for a tenant without a quota of its own; 0 for no limit
 */
public record AccessConfig(
        TrustedProxies trustedProxies,
        int wrongKeysPerMinute,
        List<String> corsOrigins,
        int eventsPerSecond,
        int webhooks) {
    public static final String ANY_ORIGIN = "*";
    private static final String TRUSTED_PROXIES = "KURIER_TRUSTED_PROXIES";
    private static final String WRONG_KEYS = "KURIER_WRONG_KEYS_PER_MINUTE";
    private static final String CORS_ORIGINS = "KURIER_CORS_ORIGINS";
    private static final String EVENTS_PER_SECOND = "KURIER_TENANT_EVENTS_PER_SECOND";
    private static final String WEBHOOKS = "KURIER_TENANT_WEBHOOKS";

    public AccessConfig {
        corsOrigins = List.copyOf(corsOrigins);
    }

    static ConfigDef addTo(ConfigDef definition) {
        return definition
                .define(
                        TRUSTED_PROXIES,
                        Type.STRING,
                        "",
                        Checks.check("networks, separated by commas", IpNetwork::parseList),
                        Importance.MEDIUM,
                        "Networks of the reverse proxies in front of the API, such as `10.0.0.0/8`: their `X-Forwarded-For` gives the caller's address. The header is ignored from any other address.")
                .define(
                        WRONG_KEYS,
                        Type.INT,
                        30,
                        ConfigDef.Range.between(0, 1_000_000),
                        Importance.LOW,
                        "Wrong keys that one address may present in a minute. Until that minute is over, further wrong keys and the operator key get a 429 from this address; keys of tenants work. 0: no limit.")
                .define(
                        CORS_ORIGINS,
                        Type.STRING,
                        "",
                        Checks.check("origins, separated by commas, or `*`", AccessConfig::origins),
                        Importance.LOW,
                        "Origins whose pages may call the API from a browser, separated by commas, such as `https://app.example.com`. Empty: none. `*`: all.")
                .define(
                        EVENTS_PER_SECOND,
                        Type.INT,
                        0,
                        ConfigDef.Range.between(0, Tenant.Quota.MOST),
                        Importance.MEDIUM,
                        "Events per second that one API process accepts from a tenant without `quota.events_per_second`. 0: no limit.")
                .define(
                        WEBHOOKS,
                        Type.INT,
                        0,
                        ConfigDef.Range.between(0, Tenant.Quota.MOST),
                        Importance.MEDIUM,
                        "Webhooks that a tenant without `quota.webhooks` may have. 0: no limit.");
    }

    static AccessConfig from(Settings settings) {
        return new AccessConfig(
                new TrustedProxies(IpNetwork.parseList(settings.text(TRUSTED_PROXIES))),
                settings.number(WRONG_KEYS),
                origins(settings.text(CORS_ORIGINS)),
                settings.number(EVENTS_PER_SECOND),
                settings.number(WEBHOOKS));
    }

    private static List<String> origins(String text) {
        return text.isBlank()
                ? List.of()
                : Stream.of(text.split(",", -1))
                        .map(String::strip)
                        .map(AccessConfig::origin)
                        .toList();
    }

    private static String origin(String text) {
        if (text.equals(ANY_ORIGIN)) {
            return text;
        }
        URI uri = URI.create(text);
        boolean isOrigin = ("https".equals(uri.getScheme()) || "http".equals(uri.getScheme()))
                && uri.getHost() != null
                && text.equals(uri.getScheme() + "://" + uri.getAuthority())
                && text.equals(text.toLowerCase(Locale.ROOT))
                && uri.getUserInfo() == null;
        if (!isOrigin) {
            throw new IllegalArgumentException("'" + text
                    + "' is not an origin: expected such as https://app.example.com, in lower case, without a path");
        }
        return text;
    }
}
