package io.kurier.scheduler;

import static io.kurier.scheduler.SchedulerFixture.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kurier.model.retry.RetryTiers;
import io.kurier.scheduler.SchedulerFixture.Found;
import io.kurier.schemas.Delivery;
import io.kurier.testkit.kafka.KafkaExtension;
import io.kurier.testkit.kafka.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RetryTiersIT {
    private static final ManualClock CLOCK = new ManualClock();

    @RegisterExtension
    private static final KafkaExtension KAFKA = KafkaExtension.perClass(CLOCK);
    /** The clock jumps to this much before a release and then ticks, so that a release too early would show. */
    private static final long MARGIN_MS = 600;
    /** With this much lateness in all, ten hours still take six moves; a busy machine may be later. */
    private static final long SLACK_MS = 1_000;

    private static final int MOST_MOVES_WHEN_LATE = 27;

    @AutoClose
    private final SchedulerFixture fixture = new SchedulerFixture(KAFKA.broker(), CLOCK);

    private List<RetryTiers.Tier> tiers() {
        return fixture.runtime.retryTiers().tiers();
    }

    private RetryTiers.Tier tier(String name) {
        return tiers().stream()
                .filter(tier -> tier.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private void advanceTo(long ms) {
        CLOCK.advance(Duration.ofMillis(Math.max(0, ms - CLOCK.millis())));
    }

    /** Where the delivery has been, in order: the tiers, then the lane. */
    private List<Found<Delivery>> trail() {
        List<Found<Delivery>> trail = new ArrayList<>(fixture.lanes());
        tiers().forEach(tier -> trail.addAll(fixture.deliveries(fixture.topics.retry(tier.name()))));
        trail.sort(Comparator.comparingLong(Found::atMs));
        return trail;
    }

    private String tierName(Found<Delivery> hop) {
        return hop.record().topic().substring(fixture.topics.retry("").length());
    }

    @Test
    void tenHoursGoThroughTheLadderAndNoHopIsEverEarly() {
        fixture.startScheduler();
        Delivery sent =
                fixture.delivery("1", CLOCK.millis() + Duration.ofHours(10).toMillis());
        fixture.send(fixture.topics.retry("6h"), 1, sent);

        List<Found<Delivery>> trail = trail();
        long late = 0;
        while (!trail.get(trail.size() - 1).record().topic().equals(fixture.topics.lanes())) {
            assertThat(trail).hasSizeLessThanOrEqualTo(MOST_MOVES_WHEN_LATE);
            Found<Delivery> hop = trail.get(trail.size() - 1);
            long releaseAtMs = tier(tierName(hop)).releaseAtMs(hop.atMs());
            advanceTo(releaseAtMs - MARGIN_MS);
            int seen = trail.size();
            await().atMost(PATIENCE).until(() -> trail().size() > seen);
            trail = trail();

            assertThat(trail).as("one record, wherever it is").hasSize(seen + 1);
            long movedAtMs = trail.get(seen).atMs();
            assertThat(movedAtMs).as("left %s", tierName(hop)).isGreaterThanOrEqualTo(releaseAtMs);
            late += movedAtMs - releaseAtMs;
        }

        Found<Delivery> lane = trail.get(trail.size() - 1);
        assertThat(lane.atMs())
                .isGreaterThanOrEqualTo(
                        sent.getDueAtMs() - tiers().get(0).delay().toMillis());
        assertThat(trail.stream().map(Found::value)).as("unchanged all the way").containsOnly(sent);
        assertThat(lane.record().key()).isEqualTo("wh_1".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        if (late <= SLACK_MS) {
            assertThat(trail).as("moves, and where it began").hasSizeLessThanOrEqualTo(1 + 6);
        }
    }

    @Test
    void everyTierHoldsItsDeliveriesForItsOwnTime() {
        fixture.startScheduler();
        long sentAtMs = CLOCK.millis();
        for (RetryTiers.Tier tier : tiers()) {
            fixture.send(
                    fixture.topics.retry(tier.name()),
                    0,
                    fixture.delivery(tier.name(), sentAtMs + tier.delay().toMillis()));
        }
        long allSentAtMs = CLOCK.millis();

        int arrived = 0;
        for (RetryTiers.Tier tier : tiers()) {
            advanceTo(tier.releaseAtMs(allSentAtMs) - MARGIN_MS);
            int expected = ++arrived;
            await().atMost(PATIENCE).until(() -> fixture.lanes().size() >= expected);

            List<Found<Delivery>> lanes = fixture.lanes();
            assertThat(lanes).hasSize(expected);
            assertThat(lanes.get(expected - 1).value().getId()).isEqualTo("dlv_" + tier.name());
            assertThat(lanes.get(expected - 1).atMs()).isGreaterThanOrEqualTo(tier.releaseAtMs(sentAtMs));
        }
    }

    @Test
    void theOrderOfAPartitionIsKeptOverManyTransactions() throws InterruptedException {
        int each = 150;
        for (int i = 0; i < each; i++) {
            fixture.send(fixture.topics.retry("5s"), 0, fixture.delivery("a" + i, CLOCK.millis()));
            fixture.send(fixture.topics.retry("5s"), 0, fixture.delivery("b" + i, CLOCK.millis()));
        }
        CLOCK.advance(Duration.ofSeconds(5));
        fixture.startScheduler(clients -> clients, 40);

        await().atMost(PATIENCE).until(() -> fixture.lanes().size() >= 2 * each);

        List<String> expected = new ArrayList<>();
        for (int i = 0; i < each; i++) {
            expected.add("dlv_a" + i);
            expected.add("dlv_b" + i);
        }
        assertThat(fixture.laneIds()).containsExactlyElementsOf(expected);
    }

    @Test
    void anotherSchedulerGoesOnWhereTheFirstStopped() throws Exception {
        RetryScheduler first = fixture.startScheduler(clients -> clients, 10);
        for (int i = 0; i < 20; i++) {
            fixture.send(fixture.topics.retry("1h"), i % 2, fixture.delivery("early" + i, 0));
        }
        CLOCK.advance(Duration.ofHours(1));
        await().atMost(PATIENCE).until(() -> fixture.lanes().size() == 20);
        first.close();
        for (int i = 0; i < 20; i++) {
            fixture.send(fixture.topics.retry("1h"), i % 2, fixture.delivery("late" + i, 0));
        }
        CLOCK.advance(Duration.ofHours(1));
        fixture.startScheduler(clients -> clients, 10);

        await().atMost(PATIENCE).until(() -> fixture.lanes().size() >= 40);

        assertThat(fixture.laneIds()).hasSize(40).doesNotHaveDuplicates();
    }
}
