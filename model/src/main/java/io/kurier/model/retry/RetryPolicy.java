package io.kurier.model.retry;

import io.kurier.model.Durations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How often and when a failed delivery is tried again.
 *
 * @param schedule the waits after each failed attempt; n waits are n + 1 attempts
 * @param jitter what chance may add to a wait, as a share of it: 0 to 1
 * @param statuses which answers are tried again at all
 */
public record RetryPolicy(List<Duration> schedule, double jitter, StatusRules statuses) {
    public static final int MAX_WAITS = 50;
    public static final Duration SHORTEST_WAIT = Duration.ofMillis(100);
    public static final Duration LONGEST_WAIT = Duration.ofDays(7);

    /** As the Standard Webhooks specification advises: ten attempts over three days. */
    public static final RetryPolicy STANDARD = new RetryPolicy(
            List.of("5s", "5m", "30m", "2h", "5h", "10h", "14h", "20h", "24h").stream()
                    .map(Durations::parse)
                    .toList(),
            0.1,
            StatusRules.STANDARD);

    public RetryPolicy(List<Duration> schedule, double jitter) {
        this(schedule, jitter, StatusRules.STANDARD);
    }

    /**
     * Waits that grow by a factor.
     *
     * @param waits how many
     * @throws IllegalArgumentException when a wait is out of bounds
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
                        "a wait of " + Durations.format(wait) + " is out of bounds: expected 100ms to 7d");
            }
        }
        if (!(jitter >= 0 && jitter <= 1)) {
            throw new IllegalArgumentException("expected a jitter from 0 to 1, found " + jitter);
        }
    }

    public int maxAttempts() {
        return schedule.size() + 1;
    }

    /**
     * @param attempts how many were made in this run, the failed one included
     * @param chance from 0 to 1
     * @return the wait until the next attempt; empty when there is none
     */
    public Optional<Duration> waitAfter(int attempts, double chance) {
        if (attempts > schedule.size()) {
            return Optional.empty();
        }
        long ms = schedule.get(attempts - 1).toMillis();
        return Optional.of(Duration.ofMillis(ms + (long) (ms * jitter * chance)));
    }
}
