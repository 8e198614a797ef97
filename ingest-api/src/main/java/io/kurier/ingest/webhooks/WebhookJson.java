package io.kurier.ingest.webhooks;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kurier.ingest.http.Json;
import io.kurier.ingest.http.JsonFields;
import io.kurier.ingest.http.Problem;
import io.kurier.model.Durations;
import io.kurier.model.Ids;
import io.kurier.model.egress.EgressPolicy;
import io.kurier.model.egress.WebhookUrl;
import io.kurier.model.event.EventPattern;
import io.kurier.model.retry.RetryPolicy;
import io.kurier.model.signing.Signing;
import io.kurier.model.signing.SigningSecret;
import io.kurier.model.tenant.Tenant;
import io.kurier.model.tls.ClientTls;
import io.kurier.model.webhook.DeliveryLimits;
import io.kurier.model.webhook.Webhook;
import io.kurier.model.webhook.WebhookDefaults;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Webhooks as the API takes and shows them. Any thread. */
public final class WebhookJson {
    private static final Set<String> SETTINGS = Set.of(
            "url",
            "events",
            "description",
            "headers",
            "ascii_json",
            "when",
            "transform",
            "retry",
            "timeout",
            "rate_limit",
            "max_in_flight",
            "throttle",
            "tls");
    private static final Set<String> WRITTEN_IN_FILES = and(SETTINGS, "secret", "signature");
    private static final Set<String> MADE_WITH = and(WRITTEN_IN_FILES, "state");
    private static final Set<String> CHANGED_BY = and(SETTINGS, "state");
    private static final Map<String, Webhook.Kind> STATES =
            Map.of("active", Webhook.Kind.ACTIVE, "paused", Webhook.Kind.PAUSED, "disabled", Webhook.Kind.DISABLED);
    public static final String EXPECTED_WHOLE_URL = "holds *** where something was hidden; expected the whole URL";
    private static final int MAX_DESCRIPTION = 1_000;

    private final EgressPolicy egress;

    public WebhookJson(EgressPolicy egress) {
        this.egress = egress;
    }

    /**
     * A new webhook, not numbered yet.
     *
     * @throws Problem.RefusedException naming the field that is wrong
     */
    public Webhook parse(ObjectNode body, Tenant tenant, long nowMs) {
        return parse(Ids.webhook(nowMs), JsonFields.of(body, "", MADE_WITH), tenant, nowMs);
    }

    /** The same of a file, under an id that is given; its state is the API's to say. */
    public Webhook parse(String id, ObjectNode body, Tenant tenant, long nowMs) {
        return parse(id, JsonFields.of(body, "", WRITTEN_IN_FILES), tenant, nowMs);
    }

    private Webhook parse(String id, JsonFields fields, Tenant tenant, long nowMs) {
        WebhookDefaults defaults = tenant.webhookDefaults();
        SigningSecret secret = SigningJson.secret(fields, defaults::secretOrNew);
        Webhook plain = Webhook.of(id, tenant.id(), url(fields.hidden("url", WebhookUrl::parse)), Signing.with(secret))
                .events(events(fields.texts("events", Webhook.MAX_PATTERNS)))
                .retry(defaults.retryOrStandard())
                .timeout(defaults.timeoutOrStandard())
                .pace(new DeliveryLimits(0, defaults.rate()))
                .content(defaults.content())
                .createdAtMs(nowMs)
                .build();
        return changed(plain, fields, defaults, nowMs);
    }

    /**
     * The webhook's next revision: what the body names is as it says, or the default where it says null, the tenant's
     * before Kurier's; the rest stays.
     *
     * @throws Problem.RefusedException naming the field that is wrong
     */
    Webhook change(Webhook before, ObjectNode body, WebhookDefaults defaults, long nowMs) {
        for (String name : List.of("secret", "signature")) {
            if (body.has(name)) {
                throw Problem.field(
                                name,
                                null,
                                "is changed by POST /webhooks/{id}/rotate-secret, so that the former one can go on for a while")
                        .refused();
            }
        }
        return changed(before, JsonFields.of(body, "", CHANGED_BY), defaults, nowMs);
    }

    private Webhook changed(Webhook before, JsonFields fields, WebhookDefaults defaults, long nowMs) {
        WebhookUrl url = fields.isGiven("url") ? changedUrl(fields, before.url()) : before.url();
        Duration timeout = fields.duration("timeout", Webhook.SHORTEST_TIMEOUT, Webhook.LONGEST_TIMEOUT);
        return before.with()
                .nextRevision()
                .url(url)
                .events(
                        fields.isGiven("events")
                                ? events(fields.texts("events", Webhook.MAX_PATTERNS))
                                : before.events())
                .description(
                        fields.isGiven("description") ? description(fields.text("description")) : before.description())
                .retry(fields.isGiven("retry") ? retry(fields, before.retry(), defaults) : before.retry())
                .timeout(
                        fields.isGiven("timeout")
                                ? Objects.requireNonNullElse(timeout, defaults.timeoutOrStandard())
                                : before.timeout())
                .pace(LimitsJson.pace(fields, before.pace(), defaults.rate()))
                .throttle(fields.isGiven("throttle") ? LimitsJson.throttle(fields) : before.throttle())
                .tls(tls(fields, before, url, nowMs))
                .content(PayloadJson.content(fields, before.content(), defaults))
                .state(fields.isGiven("state") ? state(fields, before) : before.state())
                .build();
    }

    public static Set<String> and(Set<String> names, String... more) {
        Set<String> all = new LinkedHashSet<>(names);
        all.addAll(List.of(more));
        return Collections.unmodifiableSet(all);
    }

    private static ClientTls tls(JsonFields fields, Webhook before, WebhookUrl url, long nowMs) {
        if (fields.isGiven("tls")) {
            return TlsJson.parse(fields.hiddenObject("tls", TlsJson.FIELDS), url, nowMs);
        }
        if (!url.secure() && !before.tls().equals(ClientTls.NONE)) {
            throw Problem.field("tls", null, "expected null too: a URL that starts with http:// has no TLS")
                    .refused();
        }
        return before.tls();
    }

    private static RetryPolicy retry(JsonFields fields, RetryPolicy before, WebhookDefaults defaults) {
        JsonFields given = fields.object("retry", RetryJson.FIELDS);
        return given == null ? defaults.retryOrStandard() : RetryJson.parse(given, before, defaults.retryOrStandard());
    }

    private static Webhook.State state(JsonFields fields, Webhook before) {
        Webhook.Kind kind = STATES.get(Objects.requireNonNullElse(fields.text("state"), "active"));
        if (kind == null) {
            throw fields.wrongText("state", "expected active, paused or disabled")
                    .refused();
        }
        return kind == before.state().kind() ? before.state() : new Webhook.State(kind, "");
    }

    /** Whether the caller gave the secret of a new webhook or had it made, and did not just inherit the tenant's. */
    static boolean isOwnSecret(ObjectNode body, Tenant tenant) {
        return body.hasNonNull("secret")
                || body.hasNonNull("signature")
                || tenant.webhookDefaults().secret() == null;
    }

    /** Whoever sends back what was shown means the one that is there. */
    private WebhookUrl changedUrl(JsonFields fields, WebhookUrl before) {
        return url(fields.hidden("url", text -> text.equals(before.redacted()) ? before : WebhookUrl.parse(text)));
    }

    private WebhookUrl url(@Nullable WebhookUrl url) {
        if (url == null) {
            throw Problem.field("url", null, "is missing; expected a URL such as https://example.com/hook")
                    .refused();
        }
        if (url.isRedacted()) {
            throw Problem.field("url", url.toString(), EXPECTED_WHOLE_URL).refused();
        }
        egress.refusal(url).ifPresent(why -> {
            throw Problem.field("url", url.toString(), why).refused();
        });
        return url;
    }

    private static List<EventPattern> events(@Nullable List<String> patterns) {
        if (patterns == null || patterns.isEmpty()) {
            throw Problem.field(
                            "events",
                            patterns == null ? null : "[]",
                            "expected at least one pattern: a type, a prefix such as download.*, or *")
                    .refused();
        }
        return IntStream.range(0, patterns.size())
                .mapToObj(i -> JsonFields.parse("events[" + i + "]", patterns.get(i), EventPattern::new))
                .distinct()
                .toList();
    }

    private static String description(@Nullable String text) {
        if (text != null && text.length() > MAX_DESCRIPTION) {
            throw Problem.field("description", text, "expected at most " + MAX_DESCRIPTION + " characters")
                    .refused();
        }
        return Objects.requireNonNullElse(text, "");
    }

    static ObjectNode show(Webhook webhook, long nowMs) {
        ArrayNode events = Json.array();
        webhook.events().forEach(pattern -> events.add(pattern.text()));
        ObjectNode json = Json.object()
                .put("id", webhook.id())
                .put("url", webhook.url().redacted())
                .put("description", webhook.description());
        json.set("events", events);
        json.set("retry", RetryJson.show(webhook.retry()));
        LimitsJson.show(json, webhook);
        json.put("timeout", Durations.format(webhook.timeout()))
                .put("state", webhook.state().kind().name().toLowerCase(Locale.ROOT));
        if (!webhook.file().isEmpty()) {
            json.put("file", webhook.file());
        }
        if (!webhook.state().reason().isEmpty()) {
            json.put("state_reason", webhook.state().reason());
        }
        if (!webhook.tls().equals(ClientTls.NONE)) {
            json.set("tls", TlsJson.show(webhook.tls()));
        }
        PayloadJson.show(json, webhook);
        SigningJson.show(json, webhook, nowMs);
        return json.put("revision", webhook.revision()).put("created_at", Json.time(webhook.createdAtMs()));
    }
}
