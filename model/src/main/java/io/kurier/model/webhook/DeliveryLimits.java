package io.kurier.model.webhook;

import org.jspecify.annotations.Nullable;

/**
 * The limits that a webhook's owner sets. With either of them, all deliveries take the webhook's lane, where one worker counts
 * them, so that both are exact with any number of workers.
 *
 * @param maxInFlight most requests in flight, 1 to {@link #MOST_IN_FLIGHT}; 0 for the worker's own limit only
 * @param rate null when there is no limit
 */
public record DeliveryLimits(int maxInFlight, @Nullable RateLimit rate) {
    public static final int MOST_IN_FLIGHT = 1_000;
    /** No limits. */
    public static final DeliveryLimits FREE = new DeliveryLimits(0, null);

    public DeliveryLimits {
        if (maxInFlight < 0 || maxInFlight > MOST_IN_FLIGHT) {
            throw new IllegalArgumentException("max_in_flight is " + maxInFlight + ", expected 1 to " + MOST_IN_FLIGHT);
        }
    }

    /** Whether deliveries must take the lane, where one worker counts them. */
    public boolean isExact() {
        return maxInFlight > 0 || rate != null;
    }
}
