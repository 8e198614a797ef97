package io.kurier.model.retry;

import io.kurier.model.Durations;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The delay topics of retries: a fixed set of delays that, hop by hop, serves any delay. A delivery goes through the largest
 * tier that fits the remaining time; with less than the smallest tier left, it goes to its lane, which waits out the rest.
 * Immutable.
 *
 * @param tiers at least one, by rising delay
 */
public record RetryTiers(List<Tier> tiers) {
    /** A tier releases records this much early, so that the next planned hop still fits and hops do not cascade. */
    public static final Duration EARLY = Duration.ofMillis(250);

    /**
     * One delay topic.
     *
     * @param name the part of the topic's name that tells the tier, such as {@code 30s}
     * @param delay from a record's append to the time it is due
     */
    public record Tier(String name, Duration delay) {
        /** When a record leaves the tier. Both times are epoch milliseconds. */
        public long releaseAtMs(long appendedAtMs) {
            return appendedAtMs + delay.toMillis() - EARLY.toMillis();
        }
    }

    public RetryTiers {
        tiers = List.copyOf(tiers);
        if (tiers.isEmpty()) {
            throw new IllegalArgumentException("expected at least one retry tier, such as 1s");
        }
        Duration below = EARLY;
        for (Tier tier : tiers) {
            if (tier.delay().compareTo(below) <= 0) {
                throw new IllegalArgumentException("retry tier " + tier.name() + " is too short: expected more than "
                        + Durations.format(below) + ", because tiers rise and the smallest is above 250ms");
            }
            below = tier.delay();
        }
    }

    /**
     * Reads {@code KURIER_RETRY_TIERS}.
     *
     * @param text delays separated by spaces or commas, such as {@code 1s 5s 30s 2m 10m 1h 6h}
     * @throws IllegalArgumentException when one is not a duration or they do not rise
     */
    public static RetryTiers parse(String text) {
        return new RetryTiers(List.of(text.trim().split("[\\s,]+")).stream()
                .map(name -> new Tier(name, Durations.parse(name)))
                .toList());
    }

    /**
     * The tier to wait in next.
     *
     * @param nowMs epoch milliseconds
     * @param dueAtMs when the attempt is due, epoch milliseconds
     * @return empty when the lane waits out the remaining time
     */
    public Optional<Tier> next(long nowMs, long dueAtMs) {
        long remaining = dueAtMs - nowMs;
        for (int i = tiers.size() - 1; i >= 0; i--) {
            if (tiers.get(i).delay().toMillis() <= remaining) {
                return Optional.of(tiers.get(i));
            }
        }
        return Optional.empty();
    }

    /** The delays by the tiers' names, shortest first. */
    public Map<String, Duration> delays() {
        return tiers.stream().collect(Collectors.toMap(Tier::name, Tier::delay, (a, b) -> a, LinkedHashMap::new));
    }
}
