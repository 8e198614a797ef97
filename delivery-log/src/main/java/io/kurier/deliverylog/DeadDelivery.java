package io.kurier.deliverylog;

import io.kurier.schemas.DeadLetter;
import io.kurier.schemas.DeadLetterEntry;
import io.kurier.schemas.Delivery;
import org.jspecify.annotations.Nullable;

/**
 * One dead letter, as lists show it.
 *
 * @param reason why it died, such as {@code exhausted}
 * @param status HTTP status of the last answer; null if there was none
 * @param error why the last attempt got no answer; null if it got one
 * @param attempts number of requests, over all runs
 * @param run 0 for the first run; each replay adds 1
 * @param diedAtMs epoch milliseconds
 */
public record DeadDelivery(
        String deliveryId,
        String tenant,
        String webhookId,
        String eventId,
        String type,
        String jobId,
        String reason,
        @Nullable Integer status,
        @Nullable String error,
        int attempts,
        int run,
        long diedAtMs) {

    static DeadDelivery of(DeadLetter letter, DeadLetterEntry entry) {
        Delivery delivery = entry.getDelivery();
        return new DeadDelivery(
                letter.getDeliveryId(),
                letter.getTenant(),
                letter.getWebhookId(),
                delivery.getEvent().getId(),
                delivery.getEvent().getType(),
                delivery.getEvent().getJobId(),
                entry.getReason(),
                entry.getStatus(),
                entry.getError(),
                delivery.getAttempts(),
                letter.getRun(),
                letter.getAtMs());
    }

    DeadLetterPlace place() {
        return new DeadLetterPlace(diedAtMs, deliveryId);
    }
}
