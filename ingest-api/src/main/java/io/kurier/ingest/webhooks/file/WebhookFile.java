package io.kurier.ingest.webhooks.file;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kurier.ingest.http.JsonFields;
import io.kurier.ingest.http.Problem;
import io.kurier.ingest.webhooks.WebhookJson;
import io.kurier.model.Durations;
import io.kurier.model.Ids;
import io.kurier.model.tenant.Tenant;
import io.kurier.model.webhook.Webhook;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a file of webhooks says: each as {@code POST /webhooks} takes it, with a {@code name}, perhaps a {@code tenant},
 * and secret values that may stand in the environment, behind {@code …_env}. Any thread.
 */
public final class WebhookFile {
    private static final String DEFAULT_TENANT = "default";
    private static final Duration OVERLAP = Duration.ofHours(24);
    private static final Duration LONGEST_OVERLAP = Duration.ofDays(30);

    private final WebhookJson webhookJson;
    private final Function<String, Tenant> tenants;
    private final Function<String, @Nullable String> environment;

    /** @param environment the value of a variable; null when it is not set */
    public WebhookFile(
            WebhookJson webhookJson, Function<String, Tenant> tenants, Function<String, @Nullable String> environment) {
        this.webhookJson = webhookJson;
        this.tenants = tenants;
        this.environment = environment;
    }

    /**
     * A webhook as the file wants it.
     *
     * @param overlap how long a former secret goes on signing
     */
    public record Wanted(Webhook webhook, Duration overlap, int line) {}

    /** All of it, or what is wrong. */
    public List<Wanted> read(String yaml, long nowMs) throws YamlEntries.RefusedException {
        List<Wanted> all = new ArrayList<>();
        Map<String, Integer> lines = new HashMap<>();
        for (YamlEntries.Entry entry : YamlEntries.read(yaml)) {
            Wanted wanted = wanted(entry, all.size(), nowMs);
            Integer before = lines.putIfAbsent(wanted.webhook().id(), entry.line());
            if (before != null) {
                throw new YamlEntries.RefusedException(
                        entry.lineOf("name"),
                        "webhooks[" + all.size() + "].name is '"
                                + wanted.webhook().file() + "', as in line " + before + "; expected another");
            }
            all.add(wanted);
        }
        return all;
    }

    private Wanted wanted(YamlEntries.Entry entry, int index, long nowMs) throws YamlEntries.RefusedException {
        try {
            ObjectNode fields = entry.fields().deepCopy();
            String name = name(fields);
            Tenant tenant = tenant(fields);
            Duration overlap = overlap(fields);
            resolve(fields);
            if (!fields.hasNonNull("secret")
                    && (tenant.webhookDefaults().secret() == null || fields.has("signature"))) {
                throw Problem.field("secret", null, "is missing; expected it, or secret_env")
                        .refused();
            }
            Webhook webhook = webhookJson.parse(Ids.webhookFor(tenant.id(), name), fields, tenant, nowMs);
            return new Wanted(webhook.with().file(name).build(), overlap, entry.line());
        } catch (Problem.RefusedException e) {
            String field = e.problem().field();
            throw new YamlEntries.RefusedException(
                    field == null ? entry.line() : entry.lineOf(field),
                    "webhooks[" + index + "]." + e.problem().detail());
        }
    }

    private static String name(ObjectNode fields) {
        String name = text(fields, "name", "name");
        if (name == null || !name.matches("[A-Za-z0-9._-]{1,100}")) {
            throw Problem.field("name", name, "expected a name of its own, of 1 to 100 letters, digits, ., _ and -")
                    .refused();
        }
        return name;
    }

    private Tenant tenant(ObjectNode fields) {
        String id = text(fields, "tenant", "tenant");
        if (id != null && !Ids.isTenant(id)) {
            throw Problem.field("tenant", id, Ids.EXPECTED_TENANT).refused();
        }
        Tenant tenant = tenants.apply(id == null ? DEFAULT_TENANT : id);
        if (tenant.deleting()) {
            throw Problem.field("tenant", id, "is being deleted").refused();
        }
        return tenant;
    }

    private static Duration overlap(ObjectNode fields) {
        String text = text(fields, "overlap", "overlap");
        if (text == null) {
            return OVERLAP;
        }
        Duration overlap = JsonFields.parse("overlap", text, Durations::parse);
        if (overlap.compareTo(LONGEST_OVERLAP) > 0) {
            throw Problem.field("overlap", text, "expected 0ms to " + Durations.format(LONGEST_OVERLAP))
                    .refused();
        }
        return overlap;
    }

    /** Takes the field out. */
    private static @Nullable String text(ObjectNode fields, String name, String place) {
        JsonNode node = fields.remove(name);
        if (node == null || node.isNull()) {
            return null;
        }
        if (!node.isTextual()) {
            throw Problem.field(place, null, "expected a text").refused();
        }
        return node.textValue();
    }

    /** Puts values in the place of the variables that hold them. */
    private void resolve(ObjectNode fields) {
        resolve(fields, "url", "");
        resolve(fields, "secret", "");
        if (fields.get("tls") instanceof ObjectNode tls) {
            resolve(tls, "key", "tls.");
        }
        JsonNode headers = fields.remove("headers_env");
        if (headers == null || headers.isNull()) {
            return;
        }
        if (!(headers instanceof ObjectNode byName)) {
            throw Problem.field("headers_env", null, "expected names of headers, each with that of a variable")
                    .refused();
        }
        ObjectNode values = fields.get("headers") instanceof ObjectNode given ? given : fields.putObject("headers");
        List<String> names = new ArrayList<>();
        byName.fieldNames().forEachRemaining(names::add);
        for (String name : names) {
            String variable = text(byName, name, "headers_env." + name);
            values.put(name, variable == null ? null : value(variable, "headers_env." + name));
        }
    }

    private void resolve(ObjectNode fields, String name, String prefix) {
        String place = prefix + name + "_env";
        String variable = text(fields, name + "_env", place);
        if (variable == null) {
            return;
        }
        if (fields.has(name)) {
            throw Problem.field(place, variable, "expected " + prefix + name + " or this, not both")
                    .refused();
        }
        fields.put(name, value(variable, place));
    }

    private String value(String variable, String place) {
        String value = environment.apply(variable);
        if (value == null || value.isEmpty()) {
            throw Problem.field(place, variable, "expected a variable that is set in the API's environment")
                    .refused();
        }
        return value;
    }
}
