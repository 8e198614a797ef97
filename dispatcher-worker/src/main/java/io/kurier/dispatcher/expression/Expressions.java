package io.kurier.dispatcher.expression;

import io.kurier.dispatcher.lane.WebhookQueue;
import io.kurier.model.webhook.Webhook;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Conditions and transforms of webhooks, their budget of the event loop's time, and the queues that wait for it. Event loop
 * only.
 */
public final class Expressions {
    public final ConditionFilter conditions;
    public final PayloadRenderer payloads;
    private final ExpressionBudget budget;
    private final OverBudgetQueues waiting;

    /** @param monotonicNanos a monotonic clock */
    public Expressions(LongSupplier monotonicNanos, MeterRegistry metrics) {
        this.budget = new ExpressionBudget(monotonicNanos);
        this.waiting = new OverBudgetQueues(budget);
        this.conditions = new ConditionFilter(budget, metrics);
        this.payloads = new PayloadRenderer(budget);
    }

    /**
     * The webhook was changed.
     *
     * @param when its condition; null for none
     * @param transform its transform; null for none
     */
    public void changed(
            String webhookId,
            ConditionFilter.@Nullable CompiledCondition when,
            PayloadRenderer.@Nullable Rendering transform) {
        conditions.put(webhookId, when);
        payloads.put(webhookId, transform);
    }

    /**
     * Whether an expression has to be evaluated for a delivery while its tenant has used up its share of the time.
     *
     * @param isConditionPending whether the webhook's condition has still to be evaluated
     */
    public boolean isOverBudget(Webhook webhook, boolean isConditionPending) {
        return payloads.isOverBudget(webhook) || (isConditionPending && conditions.isOverBudget(webhook));
    }

    /** Whether as many queues of the tenant wait for its share as may. */
    public boolean isCrowded(String tenant) {
        return waiting.isFull(tenant);
    }

    /**
     * Reserves time for a delivery, behind the deliveries of the tenant that reserved some before.
     *
     * @return milliseconds until the tenant's share has room for one more delivery
     */
    public long reserveMs(String tenant) {
        return budget.reserveMs(tenant);
    }

    /** The queue waits until its tenant has time again. */
    public void await(WebhookQueue queue, String tenant) {
        waiting.add(tenant, queue);
    }

    /** Starts the queues whose tenants have time again. */
    public void wake(Consumer<WebhookQueue> start) {
        waiting.wake(start);
    }

    public void dropIdle() {
        budget.dropIdle();
    }
}
