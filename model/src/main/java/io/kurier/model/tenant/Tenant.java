package io.kurier.model.tenant;

import io.kurier.model.webhook.WebhookDefaults;
import org.jspecify.annotations.Nullable;

/**
 * One isolated customer. Immutable.
 *
 * @param allowWebhookUrl whether its events may name an ad-hoc webhook
 * @param strictEventTypes whether events of unregistered types are refused; null for the installation's setting
 * @param deleting whether it is being deleted: its keys are deleted, its webhooks are following
 * @param revision grows with every change; 0 for a tenant that is not registered
 * @param createdAtMs epoch milliseconds; 0 for a tenant that is not registered
 */
public record Tenant(
        String id,
        WebhookDefaults webhookDefaults,
        boolean allowWebhookUrl,
        @Nullable Boolean strictEventTypes,
        Quota quota,
        boolean deleting,
        long revision,
        long createdAtMs)
        implements TenantEntry {
    /** The tenant that exists without being registered. */
    public static final String DEFAULT = "default";

    /**
     * A tenant's quotas; 0 for no limit, null for the installation's setting.
     *
     * @param eventsPerSecond events per second that each API process accepts
     * @param webhooks most webhooks at a time
     */
    public record Quota(
            @Nullable Integer eventsPerSecond, @Nullable Integer webhooks) {
        public static final int MOST = 1_000_000;
        public static final Quota INSTALLATIONS = new Quota(null, null);

        /** The tenant's quota, or else the installation's. */
        public int eventsPerSecondOr(int installations) {
            return eventsPerSecond == null ? installations : eventsPerSecond;
        }

        /** The tenant's quota, or else the installation's. */
        public int webhooksOr(int installations) {
            return webhooks == null ? installations : webhooks;
        }
    }

    /** A tenant that is not registered, with every default. */
    public static Tenant plain(String id) {
        return new Tenant(id, WebhookDefaults.NONE, false, null, Quota.INSTALLATIONS, false, 0, 0);
    }

    /** The tenant's setting, or else the installation's. */
    public boolean strictEventTypesOr(boolean installations) {
        return strictEventTypes == null ? installations : strictEventTypes;
    }

    /** The next revision, whose deletion has begun. */
    public Tenant beingDeleted() {
        return new Tenant(
                id, webhookDefaults, allowWebhookUrl, strictEventTypes, quota, true, revision + 1, createdAtMs);
    }
}
