package io.kurier.dispatcher.expression;

import io.kurier.dispatcher.delivery.EventView;
import io.kurier.expressions.EventVariables;
import io.kurier.expressions.When;
import io.kurier.model.webhook.Webhook;
import io.kurier.schemas.Event;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which of the webhooks an event matches want it: those whose {@code when}, if they have one, is true of it. One that
 * cannot be told counts as false. The event loop's, but for {@link #compiled}.
 */
public final class ConditionFilter {
    /** What one webhook wants. */
    public interface Condition {
        When.Answer of(EventVariables event);
    }

    /**
     * Who gets an event.
     *
     * @param webhooks in the order of the matches
     * @param unjudged ids of those of them whose condition is not asked yet, since their tenant has had its share of the
     *     loop's time
     */
    public record Wanting(List<Webhook> webhooks, Set<String> unjudged) {}

    /** What became of the one event of a partition that is held back: it is looked at again and again. */
    public static final class Judged {
        private @Nullable Event event;
        private List<Webhook> matches = List.of();
        private Wanting wanting = NOBODY;
        private long version;

        /** The event goes on. */
        public void forget() {
            event = null;
            matches = List.of();
            wanting = NOBODY;
        }
    }

    private static final Wanting NOBODY = new Wanting(List.of(), Set.of());

    private static final Logger log = LoggerFactory.getLogger(ConditionFilter.class);

    private final ExpressionBudget time;
    private final Map<String, Condition> byWebhook = new HashMap<>();
    private final Counter failures;
    /** Changes with any condition. */
    private long version;

    ConditionFilter(ExpressionBudget time, MeterRegistry metrics) {
        this.time = time;
        this.failures = Counter.builder("kurier.when.failures")
                .description("Events about which a webhook's condition could not be told, so that it did not get them")
                .register(metrics);
    }

    /**
     * The webhook's condition; one that cannot be told when this version cannot read it. Null when it has none. Takes a
     * millisecond, so not on the event loop.
     */
    public static @Nullable Condition compiled(@Nullable Webhook webhook) {
        if (webhook == null || webhook.content().when() == null) {
            return null;
        }
        String text = webhook.content().when();
        try {
            return When.parse(text)::of;
        } catch (IllegalArgumentException e) {
            log.warn("webhook {} gets nothing, its condition cannot be read: {}", webhook.id(), e.getMessage());
            return event -> new When.Answer.Failed("it cannot be read");
        }
    }

    void put(String webhookId, @Nullable Condition when) {
        Condition before = when == null ? byWebhook.remove(webhookId) : byWebhook.put(webhookId, when);
        if (before != null || when != null) {
            version++;
        }
    }

    /** The same list when none of the matches has a condition. */
    @SuppressWarnings("ReferenceEquality") // the same record again, not one like it
    public Wanting wanting(List<Webhook> matches, Event event, Judged before) {
        if (byWebhook.isEmpty() || matches.stream().noneMatch(webhook -> byWebhook.containsKey(webhook.id()))) {
            return new Wanting(matches, Set.of());
        }
        if (event != before.event || matches != before.matches || version != before.version) {
            before.wanting = judge(matches, EventView.of(event));
            before.matches = matches;
            before.event = event;
            before.version = version;
        }
        return before.wanting;
    }

    private Wanting judge(List<Webhook> matches, EventVariables event) {
        List<Webhook> wanting = new ArrayList<>();
        Set<String> unjudged = new HashSet<>();
        for (Webhook webhook : matches) {
            if (mustRest(webhook)) {
                unjudged.add(webhook.id());
                wanting.add(webhook);
            } else if (isWanted(webhook, event)) {
                wanting.add(webhook);
            }
        }
        return new Wanting(wanting, unjudged);
    }

    /** Whether the webhook has a condition, and its tenant has had its share of the loop's time. */
    boolean mustRest(Webhook webhook) {
        return byWebhook.containsKey(webhook.id()) && time.isSpent(webhook.tenant());
    }

    public boolean isWanted(Webhook webhook, EventVariables event) {
        Condition when = byWebhook.get(webhook.id());
        if (when == null) {
            return true;
        }
        long began = time.nanos();
        When.Answer answer = when.of(event);
        time.spent(webhook.tenant(), began);
        if (answer instanceof When.Answer.Told told) {
            return told.isTrue();
        }
        failures.increment();
        return false;
    }
}
