package io.kurier.dispatcher.delivery;

import io.kurier.dispatcher.lane.WebhookQueue;
import io.kurier.model.tenant.AdHocWebhook;
import io.kurier.model.tenant.Tenant;
import io.kurier.model.webhook.Webhook;
import io.kurier.model.webhook.WebhookIndex;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Who gets a delivery: the webhook registered under its id, or the receiver that its event names itself, made of the URL
 * the delivery carries and what its tenant says now. Nothing is kept of the latter. The event loop's.
 */
public final class WebhookResolver {
    private final WebhookIndex webhooks;
    private final Function<String, Optional<Tenant>> tenants;

    public WebhookResolver(WebhookIndex webhooks, Function<String, Optional<Tenant>> tenants) {
        this.webhooks = webhooks;
        this.tenants = tenants;
    }

    /** Null when it was deleted, or the tenant allows its like no more. */
    @Nullable
    public Webhook of(PendingDelivery work) {
        return of(work.webhookId, work.oneOff);
    }

    /** As above. */
    @Nullable
    public Webhook of(WebhookQueue line) {
        return of(line.webhookId, line.oneOff);
    }

    /** As above. */
    @Nullable
    public Webhook of(String webhookId, @Nullable AdHocWebhook oneOff) {
        return oneOff == null ? webhooks.get(webhookId) : of(oneOff);
    }

    private @Nullable Webhook of(AdHocWebhook oneOff) {
        return tenants.apply(oneOff.tenant()).flatMap(oneOff::webhook).orElse(null);
    }
}
