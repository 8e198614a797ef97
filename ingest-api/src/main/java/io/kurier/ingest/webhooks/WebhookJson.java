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

/** JSON of webhooks, in requests and responses. The other classes {@code …Json} read groups of fields. Any thread. */
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
    private static final Set<String> FIELDS_OF_FILE = plus(SETTINGS, "secret", "signature");
    private static final Set<String> FIELDS_OF_POST = plus(FIELDS_OF_FILE, "state");
    private static final Set<String> FIELDS_OF_PATCH = plus(SETTINGS, "state");
    private static final Map<String, Webhook.Kind> STATES =
            Map.of("active", Webhook.Kind.ACTIVE, "paused", Webhook.Kind.PAUSED, "disabled", Webhook.Kind.DISABLED);
    public static final String EXPECTED_WHOLE_URL =
            "expected the whole URL, without ***, which stands for hidden parts in responses";
    private static final int MAX_DESCRIPTION = 1_000;

    private final EgressPolicy egress;

    public WebhookJson(EgressPolicy egress) {
        this.egress = egress;
    }

    /**
     * Reads a new webhook under a new id. It has no number yet.
     *
     * @param tenant its owner, whose defaults apply to missing fields
     * @throws Problem.RefusedException naming the invalid field
     */
    public Webhook parse(ObjectNode body, Tenant tenant, long nowMs) {
        return parse(Ids.webhook(nowMs), JsonFields.of(body, "", FIELDS_OF_POST), tenant, nowMs);
    }

    /**
     * Reads a webhook of a file. Unlike a request, a file cannot set the state.
     *
     * @throws Problem.RefusedException naming the invalid field
     */
    public Webhook parse(String id, ObjectNode body, Tenant tenant, long nowMs) {
        return parse(id, JsonFields.of(body, "", FIELDS_OF_FILE), tenant, nowMs);
    }

    private Webhook parse(String id, JsonFields fields, Tenant tenant, long nowMs) {
        WebhookDefaults defaults = tenant.webhookDefaults();
        SigningSecret secret = SigningJson.secret(fields, defaults::secretOrNew);
        Webhook plain = Webhook.of(id, tenant.id(), url(fields.secret("url", WebhookUrl::parse)), Signing.with(secret))
                .events(events(fields.strings("events", Webhook.MAX_PATTERNS)))
                .retry(defaults.retryOrStandard())
                .timeout(defaults.timeoutOrStandard())
                .pace(new DeliveryLimits(0, defaults.rate()))
                .content(defaults.content())
                .createdAtMs(nowMs)
                .build();
        return changed(plain, fields, defaults, nowMs);
    }

    /**
     * The next revision of a webhook. A field that the body does not name keeps its value. A field that is null takes the
     * tenant's default, or Kurier's if the tenant has none.
     *
     * @throws Problem.RefusedException naming the invalid field
     */
    Webhook change(Webhook before, ObjectNode body, WebhookDefaults defaults, long nowMs) {
        for (String name : List.of("secret", "signature")) {
            if (body.has(name)) {
                throw Problem.field(
                                name,
                                null,
                                "cannot be changed here; use POST /api/v1/webhooks/{id}/rotate-secret, which lets the old secret sign for a while")
                        .refused();
            }
        }
        return changed(before, JsonFields.of(body, "", FIELDS_OF_PATCH), defaults, nowMs);
    }

    private Webhook changed(Webhook before, JsonFields fields, WebhookDefaults defaults, long nowMs) {
        WebhookUrl url = fields.isGiven("url") ? changedUrl(fields, before.url()) : before.url();
        Duration timeout = fields.duration("timeout", Webhook.SHORTEST_TIMEOUT, Webhook.LONGEST_TIMEOUT);
        return before.with()
                .nextRevision()
                .url(url)
                .events(
                        fields.isGiven("events")
                                ? events(fields.strings("events", Webhook.MAX_PATTERNS))
                                : before.events())
                .description(
                        fields.isGiven("description")
                                ? description(fields.string("description"))
                                : before.description())
                .retry(fields.isGiven("retry") ? retry(fields, before.retry(), defaults) : before.retry())
                .timeout(
                        fields.isGiven("timeout")
                                ? Objects.requireNonNullElse(timeout, defaults.timeoutOrStandard())
                                : before.timeout())
                .pace(LimitsJson.limits(fields, before.pace(), defaults.rate()))
                .throttle(fields.isGiven("throttle") ? LimitsJson.throttle(fields) : before.throttle())
                .tls(tls(fields, before, url, nowMs))
                .content(PayloadJson.settings(fields, before.content(), defaults))
                .state(fields.isGiven("state") ? state(fields, before) : before.state())
                .build();
    }

    /** The union, in the order given. Unmodifiable. */
    public static Set<String> plus(Set<String> names, String... more) {
        Set<String> all = new LinkedHashSet<>(names);
        all.addAll(List.of(more));
        return Collections.unmodifiableSet(all);
    }

    private static ClientTls tls(JsonFields fields, Webhook before, WebhookUrl url, long nowMs) {
        if (fields.isGiven("tls")) {
            return TlsJson.parse(fields.secretObject("tls", TlsJson.FIELDS), url, nowMs);
        }
        if (!url.secure() && !before.tls().equals(ClientTls.NONE)) {
            throw Problem.field(
                            "tls",
                            null,
                            "expected null in this request too, because the new URL starts with http://, which has no TLS")
                    .refused();
        }
        return before.tls();
    }

    private static RetryPolicy retry(JsonFields fields, RetryPolicy before, WebhookDefaults defaults) {
        JsonFields given = fields.object("retry", RetryJson.FIELDS);
        return given == null ? defaults.retryOrStandard() : RetryJson.parse(given, before, defaults.retryOrStandard());
    }

    private static Webhook.State state(JsonFields fields, Webhook before) {
        Webhook.Kind kind = STATES.get(Objects.requireNonNullElse(fields.string("state"), "active"));
        if (kind == null) {
            throw fields.problem("state", "expected active, paused or disabled").refused();
        }
        return kind == before.state().kind() ? before.state() : new Webhook.State(kind, "");
    }

    /** Whether a new webhook has a secret of its own, given or generated, instead of the tenant's default. */
    static boolean isOwnSecret(ObjectNode body, Tenant tenant) {
        return body.hasNonNull("secret")
                || body.hasNonNull("signature")
                || tenant.webhookDefaults().secret() == null;
    }

    /** A client may send back the redacted URL of a response; it stands for the current URL. */
    private WebhookUrl changedUrl(JsonFields fields, WebhookUrl before) {
        return url(fields.secret("url", text -> text.equals(before.redacted()) ? before : WebhookUrl.parse(text)));
    }

    private WebhookUrl url(@Nullable WebhookUrl url) {
        if (url == null) {
            throw Problem.missing("url", "expected a URL such as https://example.com/hook")
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

    /**
     * The webhook as responses show it: the URL redacted, no secrets, header names without values.
     *
     * @param nowMs decides which secrets are shown as still signing
     */
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
