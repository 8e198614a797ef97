package io.kurier.dispatcher.expression;

import io.kurier.dispatcher.lane.WebhookQueue;
import io.kurier.model.webhook.Webhook;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The webhooks' expressions: what they make of events, and who waits for its tenant's share of the time that takes. The event
 * loop's.
 */
public final class Expressions {
    public final ConditionFilter conditions;
    public final PayloadRenderer bodies;
    private final ExpressionBudget time = new ExpressionBudget(System::nanoTime);
    private final OverBudgetQueues resting = new OverBudgetQueues(time);

    public Expressions(MeterRegistry metrics) {
        this.conditions = new ConditionFilter(time, metrics);
        this.bodies = new PayloadRenderer(time);
    }

    /** What the webhook has now; null for none. */
    public void changed(
            String webhookId, ConditionFilter.@Nullable Condition when, PayloadRenderer.@Nullable Rendering transform) {
        conditions.put(webhookId, when);
        bodies.put(webhookId, transform);
    }

    /**
     * Whether an expression is to be evaluated for the delivery, and its tenant has had its share of the time.
     *
     * @param unjudged whether the webhook's condition is still to be asked
     */
    public boolean mustRest(Webhook webhook, boolean unjudged) {
        return bodies.mustRest(webhook) || (unjudged && conditions.mustRest(webhook));
    }

    /** Whether enough lines of the tenant wait for its share of the time already. */
    public boolean isCrowded(String tenant) {
        return resting.isFull(tenant);
    }

    /** In how many milliseconds the tenant's share has room for one more delivery, behind those told the same before. */
    public long queueMs(String tenant) {
        return time.queueMs(tenant);
    }

    /** Keeps the line until its tenant has time again. */
    public void rest(WebhookQueue line, String tenant) {
        resting.add(tenant, line);
    }

    /** Lets lines go on whose tenants have time again. */
    public void refresh(Consumer<WebhookQueue> begin) {
        resting.refresh(begin);
    }

    public void dropIdle() {
        time.dropIdle();
    }
}
