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
 * Reads the webhooks that a YAML file declares. Each entry has the fields of {@code POST /webhooks}, a {@code name} and
 * optionally a {@code tenant}. A field {@code …_env} names the environment variable with a secret value. Any thread.
 */
public final class WebhookFile {
    private static final String DEFAULT_TENANT = "default";
    private static final Duration DEFAULT_OVERLAP = Duration.ofHours(24);
    private static final Duration MAX_OVERLAP = Duration.ofDays(30);

    private final WebhookJson webhookJson;
    private final Function<String, Tenant> tenants;
    private final Function<String, @Nullable String> environment;

    /**
     * @param tenants finds a tenant by its id, registered or not
     * @param environment returns the value of a variable; null if it is not set
     */
    public WebhookFile(
            WebhookJson webhookJson, Function<String, Tenant> tenants, Function<String, @Nullable String> environment) {
        this.webhookJson = webhookJson;
        this.tenants = tenants;
        this.environment = environment;
    }

    /**
     * A webhook as the file declares it.
     *
     * @param overlap how long the previous secret keeps signing after a change
     * @param line of its entry, counted from 1
     */
    public record Declared(Webhook webhook, Duration overlap, int line) {}

    /**
     * @return all entries, in the order of the file
     * @throws YamlEntries.RefusedException at the first invalid entry, with its line; secret values are not repeated
     */
    public List<Declared> read(String yaml, long nowMs) throws YamlEntries.RefusedException {
        List<Declared> all = new ArrayList<>();
        Map<String, Integer> lines = new HashMap<>();
        for (YamlEntries.Entry entry : YamlEntries.read(yaml)) {
            Declared declared = declared(entry, all.size(), nowMs);
            Integer before = lines.putIfAbsent(declared.webhook().id(), entry.line());
            if (before != null) {
                throw new YamlEntries.RefusedException(
                        entry.lineOf("name"),
                        "webhooks[" + all.size() + "].name is '"
                                + declared.webhook().file() + "', which the entry in line " + before
                                + " has already; expected a name that is unique for the tenant");
            }
            all.add(declared);
        }
        return all;
    }

    private Declared declared(YamlEntries.Entry entry, int index, long nowMs) throws YamlEntries.RefusedException {
        try {
            ObjectNode fields = entry.fields().deepCopy();
            String name = name(fields);
            Tenant tenant = tenant(fields);
            Duration overlap = overlap(fields);
            resolve(fields);
            if (!fields.hasNonNull("secret")
                    && (tenant.webhookDefaults().secret() == null || fields.has("signature"))) {
                throw Problem.missing(
                                "secret", "expected secret, or secret_env with the name of an environment variable")
                        .refused();
            }
            Webhook webhook = webhookJson.parse(Ids.webhookFor(tenant.id(), name), fields, tenant, nowMs);
            return new Declared(webhook.with().file(name).build(), overlap, entry.line());
        } catch (Problem.RefusedException e) {
            String field = e.problem().field();
            throw new YamlEntries.RefusedException(
                    field == null ? entry.line() : entry.lineOf(field),
                    e.problem().in("webhooks[" + index + "]").detail());
        }
    }

    private static String name(ObjectNode fields) {
        String name = take(fields, "name", "name");
        if (name == null || !name.matches("[A-Za-z0-9._-]{1,100}")) {
            throw Problem.field("name", name, "expected a name of 1 to 100 letters, digits, ., _ and -")
                    .refused();
        }
        return name;
    }

    private Tenant tenant(ObjectNode fields) {
        String id = take(fields, "tenant", "tenant");
        if (id != null && !Ids.isTenant(id)) {
            throw Problem.field("tenant", id, Ids.EXPECTED_TENANT).refused();
        }
        Tenant tenant = tenants.apply(id == null ? DEFAULT_TENANT : id);
        if (tenant.deleting()) {
            throw Problem.field("tenant", id, "expected a tenant that is not being deleted")
                    .refused();
        }
        return tenant;
    }

    private static Duration overlap(ObjectNode fields) {
        String text = take(fields, "overlap", "overlap");
        if (text == null) {
            return DEFAULT_OVERLAP;
        }
        Duration overlap = JsonFields.parse("overlap", text, Durations::parse);
        if (overlap.compareTo(MAX_OVERLAP) > 0) {
            throw Problem.field("overlap", text, "expected 0ms to " + Durations.format(MAX_OVERLAP))
                    .refused();
        }
        return overlap;
    }

    /** Removes the field and returns its value. */
    private static @Nullable String take(ObjectNode fields, String name, String path) {
        JsonNode node = fields.remove(name);
        if (node == null || node.isNull()) {
            return null;
        }
        if (!node.isTextual()) {
            throw Problem.field(path, null, "expected a string").refused();
        }
        return node.textValue();
    }

    /** Replaces fields that name environment variables by fields with the values of these variables. */
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
            throw Problem.field(
                            "headers_env",
                            null,
                            "expected an object: names of headers, with names of environment variables")
                    .refused();
        }
        ObjectNode values = fields.get("headers") instanceof ObjectNode given ? given : fields.putObject("headers");
        List<String> names = new ArrayList<>();
        byName.fieldNames().forEachRemaining(names::add);
        for (String name : names) {
            String variable = take(byName, name, "headers_env." + name);
            values.put(name, variable == null ? null : value(variable, "headers_env." + name));
        }
    }

    private void resolve(ObjectNode fields, String name, String prefix) {
        String path = prefix + name + "_env";
        String variable = take(fields, name + "_env", path);
        if (variable == null) {
            return;
        }
        if (fields.has(name)) {
            throw Problem.field(path, variable, "expected either " + prefix + name + " or " + path + ", not both")
                    .refused();
        }
        fields.put(name, value(variable, path));
    }

    private String value(String variable, String path) {
        String value = environment.apply(variable);
        if (value == null || value.isEmpty()) {
            throw Problem.field(
                            path,
                            variable,
                            "expected an environment variable that is set and not empty for the API process")
                    .refused();
        }
        return value;
    }
}
