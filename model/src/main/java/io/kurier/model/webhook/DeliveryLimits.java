package io.kurier.model.webhook;

import org.jspecify.annotations.Nullable;

/**
 * What a webhook's owner allows at most. Whoever sets either has all deliveries go by the webhook's lane, where one worker
 * counts them, so that both are exact with any number of workers.
 *
 * @param maxInFlight requests at once, 1 to {@link #MOST_IN_FLIGHT}; 0 when only the worker's own cap holds
 * @param rate null when there is no limit
 */
public record DeliveryLimits(int maxInFlight, @Nullable RateLimit rate) {
    public static final int MOST_IN_FLIGHT = 1_000;
    public static final DeliveryLimits FREE = new DeliveryLimits(0, null);

    public DeliveryLimits {
        if (maxInFlight < 0 || maxInFlight > MOST_IN_FLIGHT) {
            throw new IllegalArgumentException("max_in_flight of " + maxInFlight + ": expected 1 to " + MOST_IN_FLIGHT);
        }
    }

    /** Whether deliveries must be counted in one place. */
    public boolean isExact() {
        return maxInFlight > 0 || rate != null;
    }
}
