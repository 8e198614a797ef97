package io.kurier.deliverylog;

import org.jspecify.annotations.Nullable;

/**
 * Which dead letters a list shows, newest first. Null: any.
 *
 * @param before only those that stand behind this place: where the page before ended
 */
public record DeadLetterQuery(
        String tenant,
        @Nullable String webhookId,
        @Nullable String type,
        @Nullable String reason,
        @Nullable Long sinceMs,
        @Nullable Long untilMs,
        @Nullable DeadLetterPlace before,
        int limit) {

    /** The same, for the page that follows the one that ended at the place. */
    public DeadLetterQuery after(DeadLetterPlace place) {
        return new DeadLetterQuery(tenant, webhookId, type, reason, sinceMs, untilMs, place, limit);
    }

    boolean matches(DeadDelivery dead) {
        return dead.tenant().equals(tenant)
                && isOrAny(webhookId, dead.webhookId())
                && isOrAny(type, dead.type())
                && isOrAny(reason, dead.reason())
                && (sinceMs == null || dead.diedAtMs() >= sinceMs)
                && (untilMs == null || dead.diedAtMs() < untilMs);
    }

    private static boolean isOrAny(@Nullable String wanted, String found) {
        return wanted == null || wanted.equals(found);
    }
}
