package io.kurier.dispatcher.delivery;

import io.kurier.model.tenant.AdHocWebhook;
import io.kurier.model.tenant.Tenant;
import io.kurier.model.webhook.Webhook;
import io.kurier.model.webhook.WebhookIndex;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * From a delivery to the webhook that gets it: the one registered under its id, or the ad-hoc webhook that its event names,
 * made of the URL that the delivery carries and the tenant's settings of now. Event loop only.
 */
public final class WebhookResolver {
    private final WebhookIndex webhooks;
    private final Function<String, Optional<Tenant>> tenants;

    /** @param tenants from a tenant's id to its settings */
    public WebhookResolver(WebhookIndex webhooks, Function<String, Optional<Tenant>> tenants) {
        this.webhooks = webhooks;
        this.tenants = tenants;
    }

    /** See {@link #of(String, AdHocWebhook)}. */
    public @Nullable Webhook of(PendingDelivery delivery) {
        return of(delivery.webhookId, delivery.adHoc);
    }

    /**
     * @param adHoc the webhook that the event names; null for a registered one
     * @return null if it was deleted, or if the tenant does not allow ad-hoc webhooks any more
     */
    public @Nullable Webhook of(String webhookId, @Nullable AdHocWebhook adHoc) {
        if (adHoc == null) {
            return webhooks.get(webhookId);
        }
        return tenants.apply(adHoc.tenant()).flatMap(adHoc::webhook).orElse(null);
    }
}
