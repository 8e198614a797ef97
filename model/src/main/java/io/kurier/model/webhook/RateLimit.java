package io.kurier.model.webhook;

import io.kurier.model.Durations;
import java.time.Duration;

/**
 * A limit on attempts: at most {@code limit} in any window of the length {@code per} (a sliding window).
 *
 * @param limit 1 to {@link #MAX_LIMIT}
 * @param per {@link #SHORTEST} to {@link #LONGEST}
 */
public record RateLimit(int limit, Duration per) {
    public static final int MAX_LIMIT = 10_000;
    public static final Duration SHORTEST = Duration.ofMillis(100);
    public static final Duration LONGEST = Duration.ofHours(1);

    public RateLimit {
        if (limit < 1 || limit > MAX_LIMIT) {
            throw new IllegalArgumentException("limit is " + limit + ", expected 1 to " + MAX_LIMIT);
        }
        if (per.compareTo(SHORTEST) < 0 || per.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("per is " + Durations.format(per) + ", expected "
                    + Durations.format(SHORTEST) + " to " + Durations.format(LONGEST));
        }
    }

    /** Mean time between attempts at the full rate, in milliseconds. */
    public double intervalMs() {
        return (double) per.toMillis() / limit;
    }
}
