package io.kurier.model.retry;

import io.kurier.model.Durations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How often and when a failed delivery is retried. Immutable.
 *
 * @param schedule the waits after failed attempts; n waits allow n + 1 attempts; at most {@link #MAX_WAITS}
 * @param jitter largest random part that is added to a wait, as a fraction of it: 0 to 1
 * @param statuses which responses are retried
 */
public record RetryPolicy(List<Duration> schedule, double jitter, StatusRules statuses) {
    /** Most waits of a schedule. */
    public static final int MAX_WAITS = 50;
    /** Shortest wait of a schedule. */
    public static final Duration SHORTEST_WAIT = Duration.ofMillis(100);
    /** Longest wait of a schedule. */
    public static final Duration LONGEST_WAIT = Duration.ofDays(7);

    /** The schedule that the Standard Webhooks specification recommends: ten attempts over three days. */
    public static final RetryPolicy STANDARD = new RetryPolicy(
            List.of("5s", "5m", "30m", "2h", "5h", "10h", "14h", "20h", "24h").stream()
                    .map(Durations::parse)
                    .toList(),
            0.1,
            StatusRules.STANDARD);

    /** A policy with the standard status rules. */
    public RetryPolicy(List<Duration> schedule, double jitter) {
        this(schedule, jitter, StatusRules.STANDARD);
    }

    /**
     * A schedule of exponential backoff.
     *
     * @param initial the first wait
     * @param factor each wait is this multiple of the one before
     * @param most upper bound of each wait
     * @param waits number of waits
     */
    public static List<Duration> growing(Duration initial, double factor, Duration most, int waits) {
        List<Duration> schedule = new ArrayList<>();
        double ms = initial.toMillis();
        for (int i = 0; i < waits; i++) {
            schedule.add(Duration.ofMillis(Math.round(Math.min(ms, (double) most.toMillis()))));
            ms *= factor;
        }
        return schedule;
    }

    public RetryPolicy {
        schedule = List.copyOf(schedule);
        if (schedule.size() > MAX_WAITS) {
            throw new IllegalArgumentException("expected at most " + MAX_WAITS + " waits, found " + schedule.size());
        }
        for (Duration wait : schedule) {
            if (wait.compareTo(SHORTEST_WAIT) < 0 || wait.compareTo(LONGEST_WAIT) > 0) {
                throw new IllegalArgumentException(
                        "a wait of " + Durations.format(wait) + " is out of bounds: expected "
                                + Durations.format(SHORTEST_WAIT) + " to " + Durations.format(LONGEST_WAIT));
            }
        }
        if (!(jitter >= 0 && jitter <= 1)) {
            throw new IllegalArgumentException("expected a jitter from 0 to 1, found " + jitter);
        }
    }

    /** Most attempts of one run, the first included. */
    public int maxAttempts() {
        return schedule.size() + 1;
    }

    /**
     * Decides when the next attempt is due.
     *
     * @param attempts attempts of this run so far, the failed one included; at least 1
     * @param chance a random number from 0 to 1
     * @return the wait until the next attempt; empty when no attempts are left
     */
    public Optional<Duration> waitAfter(int attempts, double chance) {
        if (attempts > schedule.size()) {
            return Optional.empty();
        }
        long ms = schedule.get(attempts - 1).toMillis();
        return Optional.of(Duration.ofMillis(ms + (long) (ms * jitter * chance)));
    }
}
