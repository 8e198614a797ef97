package io.kurier.model.tenant;

import io.kurier.model.egress.WebhookUrl;
import io.kurier.model.signing.Signing;
import io.kurier.model.signing.SigningSecret;
import io.kurier.model.webhook.DeliveryLimits;
import io.kurier.model.webhook.Webhook;
import io.kurier.model.webhook.WebhookDefaults;
import java.util.Optional;

/**
 * The receiver of an event that names a URL itself ({@code webhook_url}). It is not registered; events of one tenant with the
 * same URL share it, and its settings are the tenant's defaults at the time of an attempt. Immutable.
 */
public record AdHocWebhook(String webhookId, String tenant, WebhookUrl url) {
    /**
     * Its number in commit metadata, above those of all registered webhooks: their numbers are offsets of a topic, which
     * reach this one after 139 years of a thousand changes per second.
     */
    public static final long NUMBER = (1L << 42) - 1;

    /**
     * The webhook with the tenant's current settings.
     *
     * @param tenant its tenant
     * @return empty when the tenant no longer allows ad-hoc webhooks, is being deleted, or has no default secret
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
