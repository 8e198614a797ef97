package io.kurier.dispatcher.expression;

import io.kurier.dispatcher.delivery.EventView;
import io.kurier.dispatcher.delivery.SharedEvent;
import io.kurier.expressions.EventVariables;
import io.kurier.expressions.Transform;
import io.kurier.model.json.AsciiJson;
import io.kurier.model.webhook.Webhook;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the request body for a webhook: the format's body, which all webhooks share, or the result of the webhook's own
 * {@code transform}. Event loop only, except {@link #compiled}.
 */
public final class PayloadRenderer {
    /** The compiled transform of one webhook. */
    public interface Rendering {
        public Transform.Result of(EventVariables event);
    }

    private static final Logger log = LoggerFactory.getLogger(PayloadRenderer.class);

    private final ExpressionBudget budget;
    private final Map<String, Rendering> byWebhook = new HashMap<>();

    PayloadRenderer(ExpressionBudget budget) {
        this.budget = budget;
    }

    /**
     * Compiles the webhook's transform. Takes about a millisecond, so it must not be called on the event loop.
     *
     * @param nanoTime monotonic time in nanoseconds, which bounds an evaluation
     * @return null if the webhook has none; a transform that always fails if this version cannot compile it
     */
    public static @Nullable Rendering compiled(@Nullable Webhook webhook, LongSupplier nanoTime) {
        if (webhook == null || webhook.content().transform() == null) {
            return null;
        }
        String text = webhook.content().transform();
        try {
            return Transform.parse(text, nanoTime)::of;
        } catch (IllegalArgumentException e) {
            log.warn(
                    "Deliveries to webhook {} become dead letters: this version cannot compile its transform ({}). Change its"
                            + " `transform`, or upgrade this worker; then replay the dead letters.",
                    webhook.id(),
                    e.getMessage());
            return event -> new Transform.Result.Failed("the transform cannot be compiled: " + e.getMessage());
        }
    }

    void put(String webhookId, @Nullable Rendering rendering) {
        if (rendering == null) {
            byWebhook.remove(webhookId);
        } else {
            byWebhook.put(webhookId, rendering);
        }
    }

    /** Whether the webhook has a transform while its tenant has used up its share of the event loop. */
    boolean isOverBudget(Webhook webhook) {
        return byWebhook.containsKey(webhook.id()) && budget.isSpent(webhook.tenant());
    }

    /** The bytes to send, or why they cannot be made. */
    public Transform.Result of(Webhook webhook, SharedEvent event) {
        boolean ascii = webhook.content().asciiJson();
        Rendering rendering = byWebhook.get(webhook.id());
        if (rendering == null) {
            return new Transform.Result.Body(ascii ? event.asciiBody() : event.body());
        }
        long began = budget.nanos();
        Transform.Result made = rendering.of(EventView.of(event.event));
        budget.spend(webhook.tenant(), began);
        return ascii && made instanceof Transform.Result.Body body
                ? new Transform.Result.Body(AsciiJson.escaped(body.json()))
                : made;
    }
}
