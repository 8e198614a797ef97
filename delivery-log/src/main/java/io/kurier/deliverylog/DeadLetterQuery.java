package io.kurier.deliverylog;

import org.jspecify.annotations.Nullable;

/**
 * Which dead letters a list shows, newest first. Null: any.
 *
 * @param before only those at a lower position; where the page before ended
 */
public record DeadLetterQuery(
        String tenant,
        @Nullable String webhookId,
        @Nullable String type,
        @Nullable String reason,
        @Nullable Long sinceMs,
        @Nullable Long untilMs,
        long before,
        int limit) {

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
