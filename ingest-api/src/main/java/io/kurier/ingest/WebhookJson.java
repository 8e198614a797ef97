package io.kurier.ingest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kurier.model.Durations;
import io.kurier.model.EgressRules;
import io.kurier.model.EventPattern;
import io.kurier.model.Ids;
import io.kurier.model.RetryPolicy;
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
    private static final Set<String> FIELDS = Set.of("url", "events", "description", "secret", "retry", "timeout");
    private static final Set<String> RETRY_FIELDS = Set.of("schedule", "jitter");
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
        SigningSecret secret = fields.hidden("secret", SigningSecret::parse);
        return new Webhook(
                Ids.webhook(nowMs),
                tenant,
                0,
                1,
                url(fields.hidden("url", WebhookUrl::parse)),
                events(fields.texts("events", Webhook.MAX_PATTERNS)),
                description(fields.text("description")),
                secret == null ? SigningSecret.random() : secret,
                retry(fields.object("retry", RETRY_FIELDS)),
                timeout == null ? Webhook.DEFAULT_TIMEOUT : timeout,
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

    private static RetryPolicy retry(@Nullable Fields fields) {
        if (fields == null) {
            return RetryPolicy.STANDARD;
        }
        List<String> waits = fields.texts("schedule", RetryPolicy.MAX_WAITS);
        Double jitter = fields.number("jitter", 0, 1);
        List<Duration> schedule = waits == null
                ? RetryPolicy.STANDARD.schedule()
                : IntStream.range(0, waits.size())
                        .mapToObj(i -> Fields.parse("retry.schedule[" + i + "]", waits.get(i), WebhookJson::wait))
                        .toList();
        return new RetryPolicy(schedule, jitter == null ? RetryPolicy.STANDARD.jitter() : jitter);
    }

    private static Duration wait(String text) {
        Duration wait = Durations.parse(text);
        if (wait.compareTo(RetryPolicy.SHORTEST_WAIT) < 0 || wait.compareTo(RetryPolicy.LONGEST_WAIT) > 0) {
            throw new IllegalArgumentException("expected " + Durations.format(RetryPolicy.SHORTEST_WAIT) + " to "
                    + Durations.format(RetryPolicy.LONGEST_WAIT));
        }
        return wait;
    }

    static ObjectNode show(Webhook webhook) {
        ArrayNode events = Json.array();
        webhook.events().forEach(pattern -> events.add(pattern.text()));
        ArrayNode schedule = Json.array();
        webhook.retry().schedule().forEach(wait -> schedule.add(Durations.format(wait)));
        ObjectNode retry = Json.object();
        retry.set("schedule", schedule);
        retry.put("jitter", webhook.retry().jitter())
                .put("max_attempts", webhook.retry().maxAttempts());
        ObjectNode json = Json.object()
                .put("id", webhook.id())
                .put("url", webhook.url().redacted())
                .put("description", webhook.description());
        json.set("events", events);
        json.set("retry", retry);
        return json.put("timeout", Durations.format(webhook.timeout()))
                .put("state", "active")
                .put("revision", webhook.revision())
                .put("created_at", Json.time(webhook.createdAtMs()));
    }
}
