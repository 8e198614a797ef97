package io.kurier.model.retry;

import io.kurier.model.Durations;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The delay tiers, shortest first: a fixed set of waits that, hop after hop, serves any delay. A delivery goes through
 * the largest tier that fits what remains; with less than the smallest left it goes to its lane, which waits out the rest.
 *
 * @param tiers at least one, delays rising
 */
public record RetryTiers(List<Tier> tiers) {
    /** A tier lets go this much early, so that the hop planned next still fits and hops don't cascade. */
    public static final Duration EARLY = Duration.ofMillis(250);

    /**
     * One delay topic.
     *
     * @param name as in the topic's name
     * @param delay from append to due
     */
    public record Tier(String name, Duration delay) {
        /** When a record appended at this time leaves the tier, epoch milliseconds. */
        public long releaseAtMs(long appendedAtMs) {
            return appendedAtMs + delay.toMillis() - EARLY.toMillis();
        }
    }

    public RetryTiers {
        tiers = List.copyOf(tiers);
        if (tiers.isEmpty()) {
            throw new IllegalArgumentException("a ladder needs at least one tier");
        }
        Duration below = EARLY;
        for (Tier tier : tiers) {
            if (tier.delay().compareTo(below) <= 0) {
                throw new IllegalArgumentException("tier " + tier.name() + " must be longer than "
                        + Durations.format(below) + ": tiers rise, and the smallest is above 250ms");
            }
            below = tier.delay();
        }
    }

    /** @param text such as {@code 1s 5s 30s 2m 10m 1h 6h} */
    public static RetryTiers parse(String text) {
        return new RetryTiers(List.of(text.trim().split("[\\s,]+")).stream()
                .map(name -> new Tier(name, Durations.parse(name)))
                .toList());
    }

    /** The tier to wait in next; empty when the lane waits out what remains. */
    public Optional<Tier> next(long nowMs, long dueAtMs) {
        long remaining = dueAtMs - nowMs;
        for (int i = tiers.size() - 1; i >= 0; i--) {
            if (tiers.get(i).delay().toMillis() <= remaining) {
                return Optional.of(tiers.get(i));
            }
        }
        return Optional.empty();
    }

    public Map<String, Duration> delays() {
        return tiers.stream().collect(Collectors.toMap(Tier::name, Tier::delay, (a, b) -> a, LinkedHashMap::new));
    }
}
