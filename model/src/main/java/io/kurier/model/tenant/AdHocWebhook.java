package io.kurier.model.tenant;

import io.kurier.model.egress.WebhookUrl;
import io.kurier.model.signing.Signing;
import io.kurier.model.signing.SigningSecret;
import io.kurier.model.webhook.DeliveryLimits;
import io.kurier.model.webhook.Webhook;
import io.kurier.model.webhook.WebhookDefaults;
import java.util.Optional;

/**
 * A receiver that one event names itself. It is not registered anywhere: events of a tenant with the same URL have the same
 * one, and everything but the URL is what the tenant says at the moment of an attempt. Immutable.
 */
public record AdHocWebhook(String webhookId, String tenant, WebhookUrl url) {
    /**
     * Names it in commit metadata. Webhooks are named by offsets of their topic, which at a thousand changes a second reach
     * this in 139 years; it comes behind all of them.
     */
    public static final long NUMBER = (1L << 42) - 1;

    /**
     * The receiver as it is to be treated now; empty when the tenant allows none any more, or has no secret that would sign.
     *
     * @param tenant its tenant
     */
    public Optional<Webhook> webhook(Tenant tenant) {
        WebhookDefaults defaults = tenant.webhookDefaults();
        SigningSecret secret = defaults.secret();
        if (!tenant.allowWebhookUrl() || tenant.deleting() || secret == null) {
            return Optional.empty();
        }
        return Optional.of(Webhook.of(webhookId, tenant.id(), url, Signing.with(secret))
                .number(NUMBER)
                .revision(tenant.revision())
                .retry(defaults.retryOrStandard())
                .timeout(defaults.timeoutOrStandard())
                .pace(new DeliveryLimits(0, defaults.rate()))
                .content(defaults.content())
                .build());
    }
}
