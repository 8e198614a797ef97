package io.kurier.ingest.tenants;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kurier.ingest.http.Json;
import io.kurier.ingest.http.JsonFields;
import io.kurier.ingest.http.Problem;
import io.kurier.ingest.webhooks.LimitsJson;
import io.kurier.ingest.webhooks.PayloadJson;
import io.kurier.ingest.webhooks.RetryJson;
import io.kurier.model.Durations;
import io.kurier.model.Ids;
import io.kurier.model.retry.RetryPolicy;
import io.kurier.model.signing.SigningSecret;
import io.kurier.model.tenant.Tenant;
import io.kurier.model.webhook.CustomHeaders;
import io.kurier.model.webhook.RateLimit;
import io.kurier.model.webhook.Webhook;
import io.kurier.model.webhook.WebhookDefaults;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The JSON form of tenants, in requests and answers. Any thread. */
final class TenantJson {
    private static final Set<String> MADE_WITH =
            Set.of("id", "webhook_defaults", "allow_webhook_url", "strict_event_types", "quota");
    private static final Set<String> CHANGED_BY =
            Set.of("webhook_defaults", "allow_webhook_url", "strict_event_types", "quota");
    private static final Set<String> DEFAULTS = Set.of("secret", "timeout", "retry", "rate_limit", "headers");
    private static final Set<String> QUOTA = Set.of("events_per_second", "webhooks");

    private TenantJson() {}

    /**
     * A new tenant of revision 1.
     *
     * @param nowMs its creation time, in milliseconds since 1970
     * @throws Problem.RefusedException naming the field that is wrong
     */
    static Tenant parse(ObjectNode body, long nowMs) {
        JsonFields fields = JsonFields.of(body, "", MADE_WITH);
        String id = fields.string("id");
        if (id == null || !Ids.isTenant(id)) {
            throw Problem.field("id", id, Ids.EXPECTED_TENANT).refused();
        }
        return changed(Tenant.plain(id), fields, nowMs);
    }

    /**
     * The tenant's next revision. Fields that the body does not name keep their values, inside objects too; null resets a field.
     *
     * @throws Problem.RefusedException naming the field that is wrong
     */
    static Tenant change(Tenant before, ObjectNode body, long nowMs) {
        return changed(before, JsonFields.of(body, "", CHANGED_BY), nowMs);
    }

    private static Tenant changed(Tenant before, JsonFields fields, long nowMs) {
        return new Tenant(
                before.id(),
                fields.isGiven("webhook_defaults")
                        ? defaults(fields.secretObject("webhook_defaults", DEFAULTS), before.webhookDefaults())
                        : before.webhookDefaults(),
                fields.isGiven("allow_webhook_url") ? fields.flag("allow_webhook_url") : before.allowWebhookUrl(),
                fields.isGiven("strict_event_types") ? strict(fields) : before.strictEventTypes(),
                fields.isGiven("quota") ? quota(fields.object("quota", QUOTA), before.quota()) : before.quota(),
                before.deleting(),
                before.revision() + 1,
                before.revision() == 0 ? nowMs : before.createdAtMs());
    }

    private static WebhookDefaults defaults(@Nullable JsonFields fields, WebhookDefaults before) {
        if (fields == null) {
            return WebhookDefaults.NONE;
        }
        SigningSecret secret = fields.secret("secret", SigningSecret::parse);
        Duration timeout = fields.duration("timeout", Webhook.SHORTEST_TIMEOUT, Webhook.LONGEST_TIMEOUT);
        return new WebhookDefaults(
                fields.isGiven("secret") ? secret : before.secret(),
                fields.isGiven("timeout") ? timeout : before.timeout(),
                fields.isGiven("retry") ? retry(fields, before.retry()) : before.retry(),
                fields.isGiven("rate_limit") ? LimitsJson.rate(fields) : before.rate(),
                fields.isGiven("headers")
                        ? PayloadJson.headers(fields, before.headers(), CustomHeaders.NONE)
                        : before.headers());
    }

    private static @Nullable Boolean strict(JsonFields fields) {
        return fields.has("strict_event_types") ? Boolean.valueOf(fields.flag("strict_event_types")) : null;
    }

    private static @Nullable RetryPolicy retry(JsonFields fields, @Nullable RetryPolicy before) {
        JsonFields given = fields.object("retry", RetryJson.FIELDS);
        return given == null
                ? null
                : RetryJson.parse(
                        given, Objects.requireNonNullElse(before, RetryPolicy.STANDARD), RetryPolicy.STANDARD);
    }

    private static Tenant.Quota quota(@Nullable JsonFields fields, Tenant.Quota before) {
        if (fields == null) {
            return Tenant.Quota.INSTALLATIONS;
        }
        Integer events = fields.integer("events_per_second", 0, Tenant.Quota.MOST);
        Integer webhooks = fields.integer("webhooks", 0, Tenant.Quota.MOST);
        return new Tenant.Quota(
                fields.isGiven("events_per_second") ? events : before.eventsPerSecond(),
                fields.isGiven("webhooks") ? webhooks : before.webhooks());
    }

    static ObjectNode show(Tenant tenant) {
        ObjectNode json = Json.object().put("id", tenant.id()).put("state", tenant.deleting() ? "deleting" : "active");
        json.set("webhook_defaults", show(tenant.webhookDefaults()));
        json.put("allow_webhook_url", tenant.allowWebhookUrl());
        if (tenant.strictEventTypes() != null) {
            json.put("strict_event_types", tenant.strictEventTypes());
        }
        ObjectNode quota = json.putObject("quota");
        if (tenant.quota().eventsPerSecond() != null) {
            quota.put("events_per_second", tenant.quota().eventsPerSecond());
        }
        if (tenant.quota().webhooks() != null) {
            quota.put("webhooks", tenant.quota().webhooks());
        }
        json.put("revision", tenant.revision());
        if (tenant.revision() > 0) {
            json.put("created_at", Json.time(tenant.createdAtMs()));
        }
        return json;
    }

    private static ObjectNode show(WebhookDefaults defaults) {
        ObjectNode json = Json.object().put("has_secret", defaults.secret() != null);
        if (defaults.timeout() != null) {
            json.put("timeout", Durations.format(defaults.timeout()));
        }
        if (defaults.retry() != null) {
            json.set("retry", RetryJson.show(defaults.retry()));
        }
        RateLimit rate = defaults.rate();
        if (rate != null) {
            json.set("rate_limit", LimitsJson.show(rate));
        }
        PayloadJson.showNames(json, defaults.headers());
        return json;
    }
}
