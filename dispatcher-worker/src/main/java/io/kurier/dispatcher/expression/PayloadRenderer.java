package io.kurier.dispatcher.expression;

import io.kurier.dispatcher.delivery.EventView;
import io.kurier.dispatcher.delivery.PendingDelivery;
import io.kurier.expressions.EventVariables;
import io.kurier.expressions.Transform;
import io.kurier.model.json.AsciiJson;
import io.kurier.model.webhook.Webhook;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is sent of an event to a webhook: the format's body, which all share, or what its own {@code transform} makes of
 * the event. The event loop's, but for {@link #compiled}.
 */
public final class PayloadRenderer {
    /** A webhook's own way to make one. */
    public interface Rendering {
        public Transform.Answer of(EventVariables event);
    }

    private static final Logger log = LoggerFactory.getLogger(PayloadRenderer.class);

    private final ExpressionBudget time;
    private final Map<String, Rendering> byWebhook = new HashMap<>();

    PayloadRenderer(ExpressionBudget time) {
        this.time = time;
    }

    /**
     * The webhook's own way; one that makes nothing when this version cannot read it. Null for the format's. Takes a
     * millisecond, so not on the event loop.
     */
    public static @Nullable Rendering compiled(@Nullable Webhook webhook) {
        if (webhook == null || webhook.content().transform() == null) {
            return null;
        }
        String text = webhook.content().transform();
        try {
            return Transform.parse(text)::of;
        } catch (IllegalArgumentException e) {
            log.warn(
                    "deliveries to webhook {} are dead letters, its transform cannot be read: {}",
                    webhook.id(),
                    e.getMessage());
            return event -> new Transform.Answer.Failed("it cannot be read: " + e.getMessage());
        }
    }

    void put(String webhookId, @Nullable Rendering rendering) {
        if (rendering == null) {
            byWebhook.remove(webhookId);
        } else {
            byWebhook.put(webhookId, rendering);
        }
    }

    /** Whether the webhook has a way of its own, and its tenant has had its share of the loop's time. */
    boolean mustRest(Webhook webhook) {
        return byWebhook.containsKey(webhook.id()) && time.isSpent(webhook.tenant());
    }

    /** The bytes to send, or why there are none. */
    public Transform.Answer of(Webhook webhook, PendingDelivery.Shared event) {
        boolean ascii = webhook.content().asciiJson();
        Rendering rendering = byWebhook.get(webhook.id());
        if (rendering == null) {
            return new Transform.Answer.Made(ascii ? event.asciiBody() : event.body());
        }
        long began = time.nanos();
        Transform.Answer made = rendering.of(EventView.of(event.event));
        time.spent(webhook.tenant(), began);
        return ascii && made instanceof Transform.Answer.Made body
                ? new Transform.Answer.Made(AsciiJson.escaped(body.json()))
                : made;
    }
}
