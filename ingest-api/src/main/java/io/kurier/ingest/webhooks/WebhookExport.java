package io.kurier.ingest.webhooks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import io.kurier.ingest.http.Json;
import io.kurier.ingest.http.Problem;
import io.kurier.model.Durations;
import io.kurier.model.egress.WebhookUrl;
import io.kurier.model.tls.ClientTls;
import io.kurier.model.webhook.Webhook;
import java.util.List;
import java.util.Locale;

/**
 * Writes webhooks as YAML in the format of {@code KURIER_WEBHOOKS_FILE}. Secret values are replaced by names of environment
 * variables. Any thread.
 */
final class WebhookExport {
    static final int MAX_WEBHOOKS = 10_000;
    static final String CONTENT_TYPE = "application/yaml";
    private static final ObjectMapper YAML = new ObjectMapper(YAMLFactory.builder()
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
            .disable(YAMLGenerator.Feature.SPLIT_LINES)
            .build());

    private WebhookExport() {}

    /** @throws Problem.RefusedException if there are more webhooks than a file may declare */
    static String yaml(List<Webhook> webhooks) {
        if (webhooks.size() > MAX_WEBHOOKS) {
            throw Problem.of(
                            409,
                            "the tenant has more than " + MAX_WEBHOOKS + " webhooks, the most that one file may hold")
                    .refused();
        }
        ObjectNode file = Json.object();
        ArrayNode entries = file.putArray("webhooks");
        webhooks.forEach(webhook -> entries.add(entry(webhook)));
        try {
            return YAML.writeValueAsString(file);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot write a JSON tree as YAML", e);
        }
    }

    private static ObjectNode entry(Webhook webhook) {
        String name = webhook.file().isEmpty() ? webhook.id() : webhook.file();
        ObjectNode entry = Json.object().put("name", name).put("tenant", webhook.tenant());
        url(entry, webhook.url(), name);
        ArrayNode events = entry.putArray("events");
        webhook.events().forEach(pattern -> events.add(pattern.text()));
        if (!webhook.description().isEmpty()) {
            entry.put("description", webhook.description());
        }
        entry.put("secret_env", variable(name, "SECRET"));
        entry.set("retry", RetryJson.show(webhook.retry()).without(List.of("max_attempts")));
        LimitsJson.show(entry, webhook);
        entry.put("timeout", Durations.format(webhook.timeout()));
        if (!webhook.tls().equals(ClientTls.NONE)) {
            entry.set("tls", tls(webhook.tls(), name));
        }
        PayloadJson.show(entry, webhook);
        if (entry.remove("headers") != null) {
            ObjectNode headers = entry.putObject("headers_env");
            webhook.content()
                    .headers()
                    .byName()
                    .keySet()
                    .forEach(header -> headers.put(header, variable(name, "HEADER_" + header)));
        }
        return entry;
    }

    /** A URL that is shown redacted is exported as a variable; so is one with a query, which often holds a token. */
    private static void url(ObjectNode entry, WebhookUrl url, String name) {
        String shown = url.redacted();
        if (shown.contains("?") || !shown.equals(url.text())) {
            entry.put("url_env", variable(name, "URL"));
        } else {
            entry.put("url", shown);
        }
    }

    private static ObjectNode tls(ClientTls tls, String name) {
        ObjectNode json = Json.object();
        if (tls.ca() != null) {
            json.put("ca", tls.ca());
        }
        if (tls.certificate() != null) {
            json.put("certificate", tls.certificate()).put("key_env", variable(name, "TLS_KEY"));
        }
        return json;
    }

    private static String variable(String name, String what) {
        return ("WEBHOOK_" + name + "_" + what).toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
    }
}
