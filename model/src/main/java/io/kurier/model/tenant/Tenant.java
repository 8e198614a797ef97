package io.kurier.model.tenant;

import io.kurier.model.webhook.WebhookDefaults;
import org.jspecify.annotations.Nullable;

/**
 * One isolated customer. Immutable.
 *
 * @param allowWebhookUrl whether its events may name a receiver of their own
 * @param strictEventTypes whether its events of unregistered types are refused; null for the installation's
 * @param deleting its keys are gone, its webhooks are going
 * @param revision grows with every change; 0 for a tenant nobody registered
 * @param createdAtMs 0 for a tenant nobody registered
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
    /** The one that is there without being registered. */
    public static final String DEFAULT = "default";

    /**
     * What a tenant may use at most; 0 for no limit, null for the installation's.
     *
     * @param eventsPerSecond of each API process
     * @param webhooks that there may be at once
     */
    public record Quota(
            @Nullable Integer eventsPerSecond, @Nullable Integer webhooks) {
        public static final int MOST = 1_000_000;
        public static final Quota INSTALLATIONS = new Quota(null, null);

        /** @param installations what holds for a tenant that has none of its own */
        public int eventsPerSecondOr(int installations) {
            return eventsPerSecond == null ? installations : eventsPerSecond;
        }

        /** @param installations what holds for a tenant that has none of its own */
        public int webhooksOr(int installations) {
            return webhooks == null ? installations : webhooks;
        }
    }

    /** One that nobody registered. */
    public static Tenant plain(String id) {
        return new Tenant(id, WebhookDefaults.NONE, false, null, Quota.INSTALLATIONS, false, 0, 0);
    }

    /** @param installations what holds for a tenant that says nothing */
    public boolean strictEventTypesOr(boolean installations) {
        return strictEventTypes == null ? installations : strictEventTypes;
    }

    public Tenant beingDeleted() {
        return new Tenant(
                id, webhookDefaults, allowWebhookUrl, strictEventTypes, quota, true, revision + 1, createdAtMs);
    }
}
