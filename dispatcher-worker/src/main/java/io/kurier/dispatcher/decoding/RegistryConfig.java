package io.kurier.dispatcher.decoding;

import io.kurier.runtime.config.Checks;
import io.kurier.runtime.config.Settings;
import io.kurier.schemas.registry.RegistrySettings;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/** The settings that name a schema registry. */
public final class RegistryConfig {
    public static final String URL = "KURIER_SCHEMA_REGISTRY_URL";
    private static final String USER_INFO = "KURIER_SCHEMA_REGISTRY_USER_INFO";
    private static final String TOKEN = "KURIER_SCHEMA_REGISTRY_TOKEN";
    private static final String TIMEOUT = "KURIER_SCHEMA_REGISTRY_TIMEOUT";

    private RegistryConfig() {}

    /** Adds these settings to the definition of a part. */
    public static void define(ConfigDef definition) {
        definition.define(
                URL,
                Type.PASSWORD,
                "",
                Checks.check("http(s) URLs, separated by commas", RegistryConfig::check),
                Importance.MEDIUM,
                "URLs of a schema registry with Confluent's REST API, separated by commas. With it, the worker reads events in Confluent's framing and CloudEvents whose data is Avro. Apicurio serves this API at `/apis/ccompat/v7`.");
        definition.define(USER_INFO, Type.PASSWORD, "", Importance.LOW, "`user:password` for the schema registry.");
        definition.define(
                TOKEN,
                Type.PASSWORD,
                "",
                Importance.LOW,
                "A bearer token for the schema registry, instead of `user:password`.");
        definition.define(
                TIMEOUT,
                Type.STRING,
                "5s",
                Checks.duration("100ms", "30s"),
                Importance.LOW,
                "Timeout of one request to the schema registry. Only the partition of the event waits meanwhile.");
    }

    private static void check(String url) {
        try {
            RegistrySettings.from(Map.of(RegistrySettings.URL, url));
        } catch (ConfigException e) {
            throw new IllegalArgumentException("expected http or https URLs of a schema registry, separated by commas");
        }
    }

    /** @return null if no registry is configured */
    public static @Nullable RegistrySettings from(Settings settings) {
        String url = settings.secret(URL);
        String user = settings.secret(USER_INFO);
        if (url.isEmpty()) {
            return null;
        }
        return RegistrySettings.from(Map.of(
                RegistrySettings.URL,
                url,
                "basic.auth.credentials.source",
                user.isEmpty() ? "URL" : "USER_INFO",
                "basic.auth.user.info",
                user,
                "bearer.auth.token",
                settings.secret(TOKEN),
                "http.read.timeout.ms",
                settings.duration(TIMEOUT).toMillis()));
    }
}
