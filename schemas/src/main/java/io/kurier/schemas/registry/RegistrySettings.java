package io.kurier.schemas.registry;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;
import org.jspecify.annotations.Nullable;

/**
 * URLs and credentials of the schema registry, from settings with the names that Confluent's clients use. Immutable.
 *
 * @param urls tried in turn until one answers, without credentials, each ending in a slash
 * @param authorization the header's value; null when none is sent
 * @param timeout of one request to one URL
 */
public record RegistrySettings(List<URI> urls, @Nullable String authorization, Duration timeout) {
    public static final String URL = "schema.registry.url";
    static final String BASIC_SOURCE = "basic.auth.credentials.source";
    static final String USER_INFO = "basic.auth.user.info";
    static final String BEARER_TOKEN = "bearer.auth.token";
    static final String BEARER_SOURCE = "bearer.auth.credentials.source";
    static final String TIMEOUT = "http.read.timeout.ms";
    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);

    public RegistrySettings {
        urls = List.copyOf(urls);
        if (urls.isEmpty()) {
            throw new ConfigException(URL, "", "expected the URL of a schema registry, or several separated by commas");
        }
    }

    /** @throws ConfigException naming the setting, its value and what was expected */
    public static RegistrySettings from(Map<String, ?> config) {
        List<URI> given = new ArrayList<>();
        for (String part : text(config, URL, "").split(",")) {
            if (!part.isBlank()) {
                given.add(url(part.strip()));
            }
        }
        return new RegistrySettings(
                given.stream().map(RegistrySettings::withoutUser).toList(),
                authorization(config, given),
                Duration.ofMillis(Long.parseLong(text(config, TIMEOUT, Long.toString(DEFAULT_TIMEOUT.toMillis())))));
    }

    private static URI url(String text) {
        try {
            URI url = URI.create(text.endsWith("/") ? text : text + "/");
            String scheme = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
            if (url.getHost() != null && (scheme.equals("http") || scheme.equals("https"))) {
                return url;
            }
        } catch (IllegalArgumentException e) {
            // the one message below; the text itself may hold a password
        }
        throw new ConfigException(URL + ": expected http or https URLs of a schema registry, separated by commas");
    }

    private static URI withoutUser(URI url) {
        return url.getRawUserInfo() == null ? url : URI.create(url.toString().replace(url.getRawUserInfo() + "@", ""));
    }

    private static @Nullable String authorization(Map<String, ?> config, List<URI> urls) {
        @Nullable String basic = basic(config, urls);
        String token = text(config, BEARER_TOKEN, "");
        String source = text(config, BEARER_SOURCE, "STATIC_TOKEN");
        if (!source.equals("STATIC_TOKEN")) {
            throw new ConfigException(BEARER_SOURCE, source, "expected STATIC_TOKEN");
        }
        if (basic != null && !token.isEmpty()) {
            throw new ConfigException(BEARER_TOKEN + " and " + USER_INFO + " are both given: expected one of them");
        }
        return !token.isEmpty() ? "Bearer " + token : basic;
    }

    private static @Nullable String basic(Map<String, ?> config, List<URI> urls) {
        String source = text(config, BASIC_SOURCE, "URL");
        @Nullable
        String user =
                switch (source) {
                    case "USER_INFO" -> text(config, USER_INFO, text(config, "schema.registry." + USER_INFO, ""));
                    case "URL" ->
                        urls.stream()
                                .map(URI::getUserInfo)
                                .filter(found -> found != null)
                                .findFirst()
                                .orElse(null);
                    default -> throw new ConfigException(BASIC_SOURCE, source, "expected URL or USER_INFO");
                };
        return user == null || user.isEmpty()
                ? null
                : "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8));
    }

    /** A setting's text: it may be given as text, as a list, as a password, or as what its text stands for. */
    static String text(Map<String, ?> config, String name, String preset) {
        Object value = config.get(name);
        if (value == null) {
            return preset;
        }
        if (value instanceof List<?> list) {
            return String.join(",", list.stream().map(String::valueOf).toList());
        }
        return value instanceof Password password ? password.value() : value.toString();
    }

    static boolean flag(Map<String, ?> config, String name, boolean preset) {
        String text = text(config, name, Boolean.toString(preset)).strip().toLowerCase(Locale.ROOT);
        if (!text.equals("true") && !text.equals("false")) {
            throw new ConfigException(name, text, "expected true or false");
        }
        return text.equals("true");
    }

    /** Without the credentials. */
    @Override
    public String toString() {
        return "RegistrySettings[urls=" + urls + ", authorization=" + (authorization == null ? "none" : "[hidden]")
                + ", timeout=" + timeout + "]";
    }
}
