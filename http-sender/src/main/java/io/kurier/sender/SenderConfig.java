package io.kurier.sender;

import io.kurier.model.egress.EgressPolicy;
import io.kurier.runtime.config.Checks;
import io.kurier.runtime.config.EgressSettings;
import io.kurier.runtime.config.Settings;
import java.time.Duration;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.jspecify.annotations.Nullable;

/**
 * Settings of a process that sends requests to receivers, besides the rules on addresses ({@link EgressSettings}).
 *
 * @param connectTimeout longest time to connect, and to wait for the proxy's response
 * @param idleConnection how long an unused connection is kept
 * @param tls longest time of a TLS handshake
 * @param firstByte longest time from the last byte of a request to the first of its response
 * @param tlsContexts most TLS settings that are kept ready
 * @param proxy null when receivers are connected to directly
 */
public record SenderConfig(
        EgressPolicy egress,
        Duration connectTimeout,
        Duration idleConnection,
        Exchange.Limit tls,
        Exchange.Limit firstByte,
        int tlsContexts,
        @Nullable ForwardProxy proxy) {
    static final String CONNECT_TIMEOUT = "KURIER_CONNECT_TIMEOUT";
    private static final String IDLE_CONNECTION = "KURIER_IDLE_CONNECTION";
    private static final String TLS_TIMEOUT = "KURIER_TLS_TIMEOUT";
    private static final String FIRST_BYTE_TIMEOUT = "KURIER_FIRST_BYTE_TIMEOUT";
    private static final String TLS_CONTEXTS = "KURIER_TLS_CONTEXTS";
    private static final String PROXY_URL = "KURIER_PROXY_URL";

    /** The settings with defaults, bounds and documentation. */
    public static ConfigDef definition() {
        ConfigDef definition = new ConfigDef();
        duration(definition, CONNECT_TIMEOUT, "5s", "100ms", "30s", "Longest time to connect to a receiver.");
        duration(
                definition,
                IDLE_CONNECTION,
                "20s",
                "0ms",
                "10m",
                "How long an unused connection to a receiver is kept for the next attempt.");
        duration(definition, TLS_TIMEOUT, "5s", "100ms", "30s", "Longest TLS handshake with a receiver.");
        duration(
                definition,
                FIRST_BYTE_TIMEOUT,
                "30s",
                "100ms",
                "30s",
                "Longest time from the last byte of a request to the first byte of its response. The webhook's `timeout`, of at most 30s, applies as well.");
        definition.define(
                TLS_CONTEXTS,
                Type.INT,
                1_000,
                ConfigDef.Range.between(1, 100_000),
                Importance.LOW,
                "Most distinct `tls` settings of webhooks that are kept ready. Setting one up again after it was dropped takes some milliseconds.");
        definition.define(
                PROXY_URL,
                Type.PASSWORD,
                "",
                Checks.check("http://[user:password@]host:port", ForwardProxy::parse),
                Importance.MEDIUM,
                "An HTTP proxy through which every delivery goes, http and https, by CONNECT to the checked address. The proxy's own address is not checked. Its response must arrive within `KURIER_CONNECT_TIMEOUT`.");
        return definition;
    }

    /** Whether deliveries go through a forward proxy. */
    public boolean isProxied() {
        return proxy != null;
    }

    private static void duration(ConfigDef definition, String name, String preset, String min, String max, String doc) {
        definition.define(name, Type.STRING, preset, Checks.duration(min, max), Importance.MEDIUM, doc);
    }

    /** Reads the settings, which were checked against {@link #definition}. */
    public static SenderConfig from(Settings settings) {
        String proxy = settings.secret(PROXY_URL);
        return new SenderConfig(
                EgressSettings.rules(settings),
                settings.duration(CONNECT_TIMEOUT),
                settings.duration(IDLE_CONNECTION),
                limit(settings, TLS_TIMEOUT),
                limit(settings, FIRST_BYTE_TIMEOUT),
                settings.number(TLS_CONTEXTS),
                proxy.isEmpty() ? null : ForwardProxy.parse(proxy));
    }

    private static Exchange.Limit limit(Settings settings, String name) {
        return new Exchange.Limit(name, settings.duration(name));
    }
}
