package io.kurier.model.webhook;

import java.time.Duration;
import java.util.Map;

/**
 * For these event types a webhook gets only the newest event of a job, at most one per interval.
 *
 * @param intervals by event type, each {@link #SHORTEST} to {@link #LONGEST}
 */
public record Throttle(Map<String, Duration> intervals) {
    /** Nothing is throttled. */
    public static final Throttle NONE = new Throttle(Map.of());

    public static final Duration SHORTEST = Duration.ofMillis(100);
    /** A waiting event keeps its offset open for this long. */
    public static final Duration LONGEST = Duration.ofSeconds(60);

    /** Most event types. */
    public static final int MAX_TYPES = 20;

    public Throttle {
        intervals = Map.copyOf(intervals);
    }
}
