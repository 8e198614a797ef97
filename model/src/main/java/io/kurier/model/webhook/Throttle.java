package io.kurier.model.webhook;

import java.time.Duration;
import java.util.Map;

/**
 * Of which event types a webhook wants a job's newest only, at most one in so long a time.
 *
 * @param intervals by event type
 */
public record Throttle(Map<String, Duration> intervals) {
    public static final Throttle NONE = new Throttle(Map.of());
    public static final Duration SHORTEST = Duration.ofMillis(100);
    /** What is held back keeps its offset open for as long. */
    public static final Duration LONGEST = Duration.ofSeconds(60);

    public static final int MAX_TYPES = 20;

    public Throttle {
        intervals = Map.copyOf(intervals);
    }
}
