package io.kurier.deliverylog;

import org.jspecify.annotations.Nullable;

/**
 * Selects the dead letters of a list. A filter that is null matches all.
 *
 * @param sinceMs epoch milliseconds of the death, inclusive
 * @param untilMs epoch milliseconds of the death, exclusive
 * @param before where the page before ended; null for the first page
 * @param limit the page's length
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

    /** The same query for the page that follows the one that ended at the place. */
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
