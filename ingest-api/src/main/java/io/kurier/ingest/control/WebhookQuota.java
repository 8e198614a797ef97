package io.kurier.ingest.control;

import io.kurier.ingest.http.Problem;
import io.kurier.model.tenant.Tenant;
import io.kurier.model.webhook.Webhook;
import io.kurier.runtime.control.ControlTable;
import io.kurier.runtime.control.Tenants;

/** How many webhooks a tenant may have. Any thread. */
public final class WebhookQuota {
    private final Tenants tenants;
    private final ControlTable<Webhook> webhooks;
    private final int defaultLimit;

    /** @param defaultLimit for tenants without a quota of their own; 0 for no limit */
    public WebhookQuota(Tenants tenants, ControlTable<Webhook> webhooks, int defaultLimit) {
        this.tenants = tenants;
        this.webhooks = webhooks;
        this.defaultLimit = defaultLimit;
    }

    /**
     * Counts only if the tenant has a limit, since counting looks at every webhook of every tenant.
     *
     * @throws Problem.RefusedException if the tenant may not have one more webhook
     */
    void checkRoom(String tenantId) {
        Tenant tenant = tenants.orPlain(tenantId);
        if (tenant.deleting()) {
            throw TenantChanges.deleting(tenantId).refused();
        }
        int limit = tenant.quota().webhooksOr(defaultLimit);
        if (limit > 0 && count(tenantId) >= limit) {
            throw Problem.of(
                            409,
                            "tenant " + tenantId + " has " + count(tenantId) + " webhooks; its quota.webhooks is "
                                    + limit + ". Delete a webhook, or ask the operator for a higher quota")
                    .refused();
        }
    }

    /** The number of the tenant's webhooks. */
    int count(String tenantId) {
        return (int) webhooks.values().stream()
                .filter(webhook -> webhook.tenant().equals(tenantId))
                .count();
    }
}
