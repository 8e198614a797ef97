package io.kurier.schemas.registry;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Settings of Confluent's serializers and registry client that have no effect here. Each is logged as a warning, since
 * its user expects it to work. Settings of Kafka's clients are not among them. Any thread.
 */
final class IgnoredSettings {
    private static final Logger log = LoggerFactory.getLogger(IgnoredSettings.class);

    private static final Set<String> KNOWN = Set.of(
            RegistrySettings.URL,
            RegistrySettings.BASIC_SOURCE,
            RegistrySettings.USER_INFO,
            "schema.registry." + RegistrySettings.USER_INFO,
            RegistrySettings.BEARER_SOURCE,
            RegistrySettings.BEARER_TOKEN,
            RegistrySettings.TIMEOUT,
            KurierAvroSerializer.REGISTERS,
            KurierAvroSerializer.TAKES_LATEST,
            KurierAvroSerializer.LATEST_TTL,
            "key" + KurierAvroSerializer.STRATEGY,
            "value" + KurierAvroSerializer.STRATEGY,
            KurierAvroDeserializer.SPECIFIC);

    /** Only names of Confluent's settings begin with these prefixes. */
    private static final List<String> PREFIXES = List.of(
            "schema.registry.",
            "request.header.",
            "basic.auth.",
            "bearer.auth.",
            "rule.",
            "avro.",
            "specific.avro.",
            "key.subject.",
            "value.subject.",
            "key.schema.",
            "value.schema.");

    private static final Set<String> NAMES = Set.of(
            "normalize.schemas",
            "propagate.schema.tags",
            "use.schema.id",
            "use.latest.with.metadata",
            "id.compatibility.strict",
            "latest.compatibility.strict",
            "latest.cache.size",
            "max.schemas.per.subject",
            "context.name.strategy",
            "schema.reflection",
            "schema.format",
            "proxy.host",
            "proxy.port",
            "http.connect.timeout.ms",
            "max.retries",
            "retries.wait.ms",
            "retries.max.wait.ms",
            "missing.id.cache.ttl.sec",
            "missing.version.cache.ttl.sec",
            "missing.schema.cache.ttl.sec",
            "missing.cache.size");

    private IgnoredSettings() {}

    /** Their names in order. */
    static List<String> in(Map<String, ?> config) {
        return config.keySet().stream()
                .filter(IgnoredSettings::isIgnored)
                .sorted()
                .toList();
    }

    private static boolean isIgnored(String name) {
        return !KNOWN.contains(name)
                && (NAMES.contains(name) || PREFIXES.stream().anyMatch(name::startsWith));
    }

    /** Not their values, which may be secrets. */
    static void tell(Class<?> who, Map<String, ?> config) {
        List<String> ignored = in(config);
        if (!ignored.isEmpty()) {
            log.warn(
                    "{} knows no such settings, and they have no effect: {}",
                    who.getSimpleName(),
                    String.join(", ", ignored));
        }
    }
}
