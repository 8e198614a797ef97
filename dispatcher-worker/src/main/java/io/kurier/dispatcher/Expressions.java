package io.kurier.dispatcher;

import io.kurier.model.Webhook;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The webhooks' expressions: what they make of events, and who waits for its tenant's share of the time that takes. The event
 * loop's.
 */
final class Expressions {
    final Conditions conditions;
    final Bodies bodies;
    private final ExpressionTime time = new ExpressionTime(System::nanoTime);
    private final RestingLines resting = new RestingLines(time);

    Expressions(MeterRegistry metrics) {
        this.conditions = new Conditions(time, metrics);
        this.bodies = new Bodies(time);
    }

    /** What the webhook has now; null for none. */
    void changed(String webhookId, Conditions.@Nullable Condition when, Bodies.@Nullable Rendering transform) {
        conditions.put(webhookId, when);
        bodies.put(webhookId, transform);
    }

    /**
     * Whether an expression is to be evaluated for the delivery, and its tenant has had its share of the time.
     *
     * @param unjudged whether the webhook's condition is still to be asked
     */
    boolean mustRest(Webhook webhook, boolean unjudged) {
        return bodies.mustRest(webhook) || (unjudged && conditions.mustRest(webhook));
    }

    /** Whether enough lines of the tenant wait for its share of the time already. */
    boolean isCrowded(String tenant) {
        return resting.isFull(tenant);
    }

    /** In how many milliseconds the tenant's share has room for one more delivery, behind those told the same before. */
    long queueMs(String tenant) {
        return time.queueMs(tenant);
    }

    /** Keeps the line until its tenant has time again. */
    void rest(Line line, String tenant) {
        resting.add(tenant, line);
    }

    /** Lets lines go on whose tenants have time again. */
    void refresh(Consumer<Line> begin) {
        resting.refresh(begin);
    }

    void dropIdle() {
        time.dropIdle();
    }
}
