package io.kurier.ingest.publish;

import io.kurier.ingest.http.Problem;
import io.kurier.ingest.webhooks.WebhookJson;
import io.kurier.model.egress.EgressPolicy;
import io.kurier.model.egress.WebhookUrl;
import io.kurier.model.event.EventFields;
import io.kurier.model.tenant.Tenant;
import io.kurier.runtime.KurierRuntime;
import io.kurier.schemas.OneOffReceiver;

/** What the door makes of an event's {@code webhook_url}: a receiver of its own, if its tenant may have such. Any thread. */
final class AdHocReceivers {
    private static final String FIELD = EventFields.WEBHOOK_URL;

    private final KurierRuntime runtime;
    private final EgressPolicy egress;

    AdHocReceivers(KurierRuntime runtime, EgressPolicy egress) {
        this.runtime = runtime;
        this.egress = egress;
    }

    /** @throws Problem.RefusedException that does not repeat the URL's path or query */
    OneOffReceiver seal(String tenantId, String eventId, String text) {
        long tenantsOffset = runtime.tables().position(runtime.topics().tenants());
        checkAllowed(runtime.tenants().orPlain(tenantId));
        return runtime.adHocWebhooks().seal(tenantId, eventId, parse(text), tenantsOffset);
    }

    private static void checkAllowed(Tenant tenant) {
        if (!tenant.allowWebhookUrl()) {
            throw Problem.field(
                            FIELD,
                            null,
                            "expected none: events of tenant " + tenant.id()
                                    + " may name a receiver once its allow_webhook_url is true")
                    .as(403)
                    .refused();
        }
        if (tenant.webhookDefaults().secret() == null) {
            throw Problem.field(
                            FIELD,
                            null,
                            "expected none while tenant " + tenant.id()
                                    + " has no webhook_defaults.secret: nothing else would sign what is sent there")
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
