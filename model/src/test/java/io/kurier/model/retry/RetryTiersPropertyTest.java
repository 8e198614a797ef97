package io.kurier.model.retry;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.model.retry.RetryTiers.Tier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Walks random delays through the ladder as a scheduler would, with random lateness at each hop. */
class RetryTiersPropertyTest {
    private static final RetryTiers LADDER = RetryTiers.parse("1s 5s 30s 2m 10m 1h 6h");
    private static final long SEED = Long.getLong("kurier.seed", 20_261_121L);
    private static final long TEN_HOURS_MS = Duration.ofHours(10).toMillis();

    /**
     * How many hops a delay just below the next tier can take in each tier: 1 of 6h, then 5 5 4 3 5 4; and as each lets go
     * early, what that adds up to takes up to three more.
     */
    private static final int MOST_HOPS_WITHIN_TEN_HOURS = 30;

    private record Walk(List<Tier> hops, long atLaneMs) {}

    /** @param lateness of each release: 0 to this, at random */
    private static Walk walk(long dueAtMs, long lateness, Random random) {
        long nowMs = 0;
        List<Tier> hops = new ArrayList<>();
        for (Optional<Tier> tier = LADDER.next(nowMs, dueAtMs); tier.isPresent(); tier = LADDER.next(nowMs, dueAtMs)) {
            hops.add(tier.get());
            nowMs = tier.get().releaseAtMs(nowMs) + random.nextLong(lateness + 1);
        }
        return new Walk(hops, nowMs);
    }

    @Test
    void aDeliveryReachesItsLaneInTimeWithLessThanTheSmallestTierLeft() {
        Random random = new Random(SEED);
        for (int i = 0; i < 200_000; i++) {
            long dueAtMs = random.nextLong(1, Duration.ofDays(7).toMillis());
            Walk walk = walk(dueAtMs, i % 2 == 0 ? 0 : 250, random);

            assertThat(dueAtMs - walk.atLaneMs)
                    .as("seed %d, due in %d ms, hops %s", SEED, dueAtMs, walk.hops)
                    .isBetween(0L, 999L);
        }
    }

    /** Once a release is later than the 250 ms, the delivery is late by the rest, and by no more. */
    @Test
    void aLateReleaseIsNotMadeWorseByTheLadder() {
        Random random = new Random(SEED);
        for (int i = 0; i < 100_000; i++) {
            long dueAtMs = random.nextLong(1, TEN_HOURS_MS);
            Walk walk = walk(dueAtMs, 2_000, random);

            assertThat(dueAtMs - walk.atLaneMs)
                    .as("seed %d, due in %d ms, hops %s", SEED, dueAtMs, walk.hops)
                    .isBetween(-1_750L, 999L);
        }
    }

    @Test
    void tenHoursTakeAtMostSixHopsHoweverLateEachIs() {
        Random random = new Random(SEED);
        for (int i = 0; i < 10_000; i++) {
            assertThat(walk(TEN_HOURS_MS, 250, random).hops).as("seed %d", SEED).hasSizeLessThanOrEqualTo(6);
        }
    }

    @Test
    void hopsAreBoundedAndEveryTierServesSomeDelay() {
        Random random = new Random(SEED);
        Set<Tier> used = new HashSet<>();
        for (int i = 0; i < 200_000; i++) {
            long dueAtMs = random.nextLong(1, TEN_HOURS_MS + 1);
            Walk walk = walk(dueAtMs, 100, random);
            used.addAll(walk.hops);
            assertThat(walk.hops)
                    .as("seed %d, due in %d ms", SEED, dueAtMs)
                    .hasSizeLessThanOrEqualTo(MOST_HOPS_WITHIN_TEN_HOURS);
        }

        assertThat(used).containsExactlyInAnyOrderElementsOf(LADDER.tiers());
    }

    @Test
    void hopsNeverClimb() {
        Random random = new Random(SEED);
        for (int i = 0; i < 50_000; i++) {
            List<Tier> hops = walk(random.nextLong(1, 2 * TEN_HOURS_MS), 150, random).hops;
            assertThat(hops.stream().map(Tier::delay).toList())
                    .as("seed %d", SEED)
                    .isSortedAccordingTo(Comparator.reverseOrder());
        }
    }
}
