package io.kurier.dispatcher.expression;

import io.kurier.dispatcher.delivery.EventView;
import io.kurier.expressions.Condition;
import io.kurier.expressions.EventVariables;
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
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Selects, of the webhooks whose patterns match an event, those whose condition ({@code when}) is true or absent. A condition
 * that cannot be evaluated counts as false. Event loop only, except {@link #compiled}.
 */
public final class ConditionFilter {
    /** The compiled condition of one webhook. */
    public interface CompiledCondition {
        Condition.Result of(EventVariables event);
    }

    /**
     * The webhooks that get an event.
     *
     * @param webhooks in the order of the matches
     * @param conditionPending ids of those whose condition has not been evaluated yet, because their tenant has used up its
     *     share of the event loop
     */
    public record Selection(List<Webhook> webhooks, Set<String> conditionPending) {}

    /** The last result for a partition: its next event is selected for again and again while it is held back. */
    public static final class HeldBack {
        private @Nullable Event event;
        private List<Webhook> matches = List.of();
        private Selection selection = NONE;
        private long version;

        /** The event goes on, so the result is not needed any more. */
        public void forget() {
            event = null;
            matches = List.of();
            selection = NONE;
        }
    }

    private static final Selection NONE = new Selection(List.of(), Set.of());

    private static final Logger log = LoggerFactory.getLogger(ConditionFilter.class);

    private final ExpressionBudget budget;
    private final Map<String, CompiledCondition> byWebhook = new HashMap<>();
    private final Counter failures;
    /** Changes whenever any condition changes. */
    private long version;

    ConditionFilter(ExpressionBudget budget, MeterRegistry metrics) {
        this.budget = budget;
        this.failures = Counter.builder("kurier.when.failures")
                .description("Events that a webhook did not get because its condition could not be evaluated")
                .register(metrics);
    }

    /**
     * Compiles the webhook's condition. Takes about a millisecond, so it must not be called on the event loop.
     *
     * @param nanoTime monotonic time in nanoseconds, which bounds an evaluation
     * @return null if the webhook has none; a condition that always fails if this version cannot compile it
     */
    public static @Nullable CompiledCondition compiled(@Nullable Webhook webhook, LongSupplier nanoTime) {
        if (webhook == null || webhook.content().when() == null) {
            return null;
        }
        String text = webhook.content().when();
        try {
            return Condition.parse(text, nanoTime)::of;
        } catch (IllegalArgumentException e) {
            log.warn(
                    "Webhook {} gets no events: this version cannot compile its condition ({}). Change its `when`, or upgrade"
                            + " this worker.",
                    webhook.id(),
                    e.getMessage());
            return event -> new Condition.Result.Failed("the condition cannot be compiled");
        }
    }

    void put(String webhookId, @Nullable CompiledCondition when) {
        CompiledCondition before = when == null ? byWebhook.remove(webhookId) : byWebhook.put(webhookId, when);
        if (before != null || when != null) {
            version++;
        }
    }

    /** Evaluates what has to be evaluated; the list of matches itself if none of them has a condition. */
    @SuppressWarnings("ReferenceEquality") // the same record again, not one like it
    public Selection select(List<Webhook> matches, Event event, HeldBack before) {
        if (byWebhook.isEmpty() || matches.stream().noneMatch(webhook -> byWebhook.containsKey(webhook.id()))) {
            return new Selection(matches, Set.of());
        }
        if (event != before.event || matches != before.matches || version != before.version) {
            before.selection = evaluate(matches, EventView.of(event));
            before.matches = matches;
            before.event = event;
            before.version = version;
        }
        return before.selection;
    }

    private Selection evaluate(List<Webhook> matches, EventVariables event) {
        List<Webhook> selected = new ArrayList<>();
        Set<String> conditionPending = new HashSet<>();
        for (Webhook webhook : matches) {
            if (isOverBudget(webhook)) {
                conditionPending.add(webhook.id());
                selected.add(webhook);
            } else if (isWanted(webhook, event)) {
                selected.add(webhook);
            }
        }
        return new Selection(selected, conditionPending);
    }

    /** Whether the webhook has a condition while its tenant has used up its share of the event loop. */
    boolean isOverBudget(Webhook webhook) {
        return byWebhook.containsKey(webhook.id()) && budget.isSpent(webhook.tenant());
    }

    public boolean isWanted(Webhook webhook, EventVariables event) {
        CompiledCondition when = byWebhook.get(webhook.id());
        if (when == null) {
            return true;
        }
        long began = budget.nanos();
        Condition.Result answer = when.of(event);
        budget.spend(webhook.tenant(), began);
        if (answer instanceof Condition.Result.Value told) {
            return told.isTrue();
        }
        failures.increment();
        return false;
    }
}
