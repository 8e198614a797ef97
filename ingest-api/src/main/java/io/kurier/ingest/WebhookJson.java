package io.kurier.ingest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kurier.model.ClientTls;
import io.kurier.model.Durations;
import io.kurier.model.EgressRules;
import io.kurier.model.EventPattern;
import io.kurier.model.Ids;
import io.kurier.model.Pace;
import io.kurier.model.RateLimit;
import io.kurier.model.SigningSecret;
import io.kurier.model.Webhook;
import io.kurier.model.WebhookUrl;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Webhooks as the API takes and shows them. Any thread. */
final class WebhookJson {
    private static final Set<String> FIELDS =
            Set.of("url", "events", "description", "secret", "retry", "timeout", "rate_limit", "max_in_flight", "tls");
    private static final Set<String> RATE_FIELDS = Set.of("limit", "per");
    private static final int MAX_DESCRIPTION = 1_000;

    private final EgressRules egress;

    WebhookJson(EgressRules egress) {
        this.egress = egress;
    }

    /**
     * A new webhook, not numbered yet.
     *
     * @throws Problem.RefusedException naming the field that is wrong
     */
    Webhook parse(ObjectNode body, String tenant, long nowMs) {
        Fields fields = Fields.of(body, "", FIELDS);
        Duration timeout = fields.duration("timeout", Webhook.SHORTEST_TIMEOUT, Webhook.LONGEST_TIMEOUT);
        Integer maxInFlight = fields.whole("max_in_flight", 1, Pace.MOST_IN_FLIGHT);
        WebhookUrl url = url(fields.hidden("url", WebhookUrl::parse));
        SigningSecret secret = fields.hidden("secret", SigningSecret::parse);
        return new Webhook(
                Ids.webhook(nowMs),
                tenant,
                0,
                1,
                url,
                events(fields.texts("events", Webhook.MAX_PATTERNS)),
                description(fields.text("description")),
                secret == null ? SigningSecret.random() : secret,
                RetryJson.parse(fields.object("retry", RetryJson.FIELDS)),
                timeout == null ? Webhook.DEFAULT_TIMEOUT : timeout,
                new Pace(maxInFlight == null ? 0 : maxInFlight, rate(fields.object("rate_limit", RATE_FIELDS))),
                TlsJson.parse(fields.hiddenObject("tls", TlsJson.FIELDS), url, nowMs),
                nowMs);
    }

    private WebhookUrl url(@Nullable WebhookUrl url) {
        if (url == null) {
            throw Problem.field("url", null, "is missing; expected a URL such as https://example.com/hook")
                    .refused();
        }
        egress.refusal(url).ifPresent(why -> {
            throw Problem.field("url", url.toString(), why).refused();
        });
        return url;
    }

    private static List<EventPattern> events(@Nullable List<String> patterns) {
        if (patterns == null || patterns.isEmpty()) {
            throw Problem.field(
                            "events", null, "expected at least one pattern: a type, a prefix such as download.*, or *")
                    .refused();
        }
        return IntStream.range(0, patterns.size())
                .mapToObj(i -> Fields.parse("events[" + i + "]", patterns.get(i), EventPattern::new))
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

    private static @Nullable RateLimit rate(@Nullable Fields fields) {
        if (fields == null) {
            return null;
        }
        Integer limit = fields.whole("limit", 1, RateLimit.MAX_LIMIT);
        Duration per = fields.duration("per", RateLimit.SHORTEST, RateLimit.LONGEST);
        if (limit == null) {
            throw fields.wrong("limit", "expected a number of attempts").refused();
        }
        if (per == null) {
            throw fields.wrong("per", "expected a window such as 60s").refused();
        }
        return new RateLimit(limit, per);
    }

    static ObjectNode show(Webhook webhook) {
        ArrayNode events = Json.array();
        webhook.events().forEach(pattern -> events.add(pattern.text()));
        ObjectNode json = Json.object()
                .put("id", webhook.id())
                .put("url", webhook.url().redacted())
                .put("description", webhook.description());
        json.set("events", events);
        json.set("retry", RetryJson.show(webhook.retry()));
        RateLimit rate = webhook.pace().rate();
        if (rate != null) {
            json.set("rate_limit", Json.object().put("limit", rate.limit()).put("per", Durations.format(rate.per())));
        }
        if (webhook.pace().maxInFlight() > 0) {
            json.put("max_in_flight", webhook.pace().maxInFlight());
        }
        if (!webhook.tls().equals(ClientTls.NONE)) {
            json.set("tls", TlsJson.show(webhook.tls()));
        }
        return json.put("timeout", Durations.format(webhook.timeout()))
                .put("state", "active")
                .put("revision", webhook.revision())
                .put("created_at", Json.time(webhook.createdAtMs()));
    }
}
