package io.kurier.ingest.publish;

import io.kurier.ingest.http.Problem;
import io.kurier.ingest.webhooks.WebhookJson;
import io.kurier.model.egress.EgressPolicy;
import io.kurier.model.egress.WebhookUrl;
import io.kurier.model.event.EventFields;
import io.kurier.model.tenant.Tenant;
import io.kurier.runtime.control.AdHocWebhooks;
import io.kurier.runtime.control.Tenants;
import io.kurier.schemas.OneOffReceiver;
import java.util.function.LongSupplier;

/**
 * Makes the ad-hoc receiver of an event with a {@code webhook_url}, if its tenant allows that. The URL is stored encrypted.
 * Any thread.
 */
public final class AdHocReceivers {
    private static final String FIELD = EventFields.WEBHOOK_URL;

    private final Tenants tenants;
    private final AdHocWebhooks webhooks;
    private final LongSupplier tenantsOffset;
    private final EgressPolicy egress;

    /** @param tenantsOffset the first offset of the topic {@code tenants} that this process has not read */
    public AdHocReceivers(Tenants tenants, AdHocWebhooks webhooks, LongSupplier tenantsOffset, EgressPolicy egress) {
        this.tenants = tenants;
        this.webhooks = webhooks;
        this.tenantsOffset = tenantsOffset;
        this.egress = egress;
    }

    /**
     * @param text the URL that the event names
     * @return the receiver with its URL encrypted
     * @throws Problem.RefusedException if the tenant does not allow the field, or the URL is not allowed; the problem does
     *     not repeat the URL's path or query
     */
    OneOffReceiver seal(String tenantId, String eventId, String text) {
        long offset = tenantsOffset.getAsLong();
        checkAllowed(tenants.orPlain(tenantId));
        return webhooks.seal(tenantId, eventId, parse(text), offset);
    }

    private static void checkAllowed(Tenant tenant) {
        if (!tenant.allowWebhookUrl()) {
            throw Problem.field(
                            FIELD,
                            null,
                            "expected no webhook_url, because tenant " + tenant.id()
                                    + " does not allow it; ask the operator to set allow_webhook_url of the tenant to true")
                    .as(403)
                    .refused();
        }
        if (tenant.webhookDefaults().secret() == null) {
            throw Problem.field(
                            FIELD,
                            null,
                            "expected no webhook_url, because tenant " + tenant.id()
                                    + " has no secret to sign its deliveries; ask the operator to set webhook_defaults.secret"
                                    + " of the tenant")
                    .as(422)
                    .refused();
        }
    }

    private WebhookUrl parse(String text) {
        WebhookUrl url;
        try {
            url = WebhookUrl.parse(text);
        } catch (IllegalArgumentException e) {
            throw Problem.field(FIELD, null, String.valueOf(e.getMessage())).refused();
        }
        if (url.isRedacted()) {
            throw Problem.field(FIELD, url.toString(), WebhookJson.EXPECTED_WHOLE_URL)
                    .refused();
        }
        egress.refusal(url).ifPresent(why -> {
            throw Problem.field(FIELD, url.toString(), why).refused();
        });
        return url;
    }
}
