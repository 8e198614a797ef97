package io.kurier.scheduler.replay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.runtime.health.Check;
import io.kurier.runtime.transactions.Batch;
import io.kurier.scheduler.Letters;
import io.kurier.scheduler.replay.ReplayFixture.Process;
import io.kurier.schemas.Delivery;
import io.kurier.schemas.ReplayOrder;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which letters a replay moves, when, and beside which other replays. */
@Timeout(30)
class ReplayLoopTest {
    private final ReplayFixture fixture = new ReplayFixture();

    private static ReplayOrder all(double rate) {
        return Letters.all(rate);
    }

    private static String[] ids(int count) {
        return IntStream.range(0, count).mapToObj(i -> "dlv_" + i).toArray(String[]::new);
    }

    @Test
    void aStepIsOneBatchOfLaneRecordTakingProgressAndTheGroupsOffset() throws Exception {
        fixture.send(Letters.entry("1", 0), 1);
        fixture.order("rpl_1", all(1_000));
        Process process = fixture.start().own();
        process.turns(3);

        assertThat(process.writer.committed()).hasSize(1);
        Batch batch = process.writer.committed().get(0);
        assertThat(batch.records())
                .extracting(ProducerRecord::topic)
                .containsExactly(fixture.topics.lanes(), fixture.topics.deadLetters(), fixture.topics.replays());
        assertThat(batch.records().get(1).partition())
                .as("the entry's own partition")
                .isEqualTo(1);
        assertThat(batch.offsets().get(0).progress()).containsOnlyKeys(fixture.replays);
        assertThat(fixture.state("rpl_1")).isEqualTo("COMPLETED 1 1");
        assertThat(fixture.takings(fixture.topics.deadLetters())).containsExactly("dlv_1 by rpl_1");
    }

    @Test
    void onlyLettersThatAreStillDeadAndMatchTheFilterAreMoved() throws Exception {
        fixture.send(Letters.entry("dead", 0), 0);
        fixture.send(Letters.entry("taken", 0), 0);
        fixture.send(Letters.taking("taken", 1, "rpl_0"), 0);
        fixture.send(Letters.entry("again", 0), 0);
        fixture.send(Letters.taking("again", 1, "rpl_0"), 0);
        fixture.send(Letters.entry("again", 1), 0);
        fixture.send(Letters.entry("other", 0, "wh_2", "job.failed", "gone", 1_000), 1);
        fixture.log.append(new ProducerRecord<>(fixture.topics.deadLetters(), 1, new byte[0], new byte[] {1, 2}));
        fixture.order(
                "rpl_1",
                ReplayOrder.newBuilder(all(1_000)).setReason("exhausted").build());
        Process process = fixture.start().own();
        process.turns(5);

        assertThat(fixture.in(fixture.topics.lanes(), ReplayFixture.DELIVERIES))
                .extracting(delivery -> delivery.getId() + " run " + delivery.getRun())
                .containsExactly("dlv_dead run 1", "dlv_again run 2");
        assertThat(fixture.state("rpl_1")).isEqualTo("COMPLETED 2 2");
    }

    @Test
    void aReplayOfNothingCompletes() throws Exception {
        fixture.order("rpl_1", all(1));
        fixture.start().own().turns(3);

        assertThat(fixture.state("rpl_1")).isEqualTo("COMPLETED 0 0");
    }

    @Test
    void lettersThatDieAfterTheStartAreLeftAlone() throws Exception {
        fixture.die(4);
        fixture.order("rpl_1", all(20));
        Process process = fixture.start().own();
        process.turns(2);
        fixture.send(Letters.entry("new", 0), 0);
        process.runFor(Duration.ofSeconds(2));

        assertThat(fixture.laneIds()).containsExactlyInAnyOrder(ids(4));
        assertThat(fixture.state("rpl_1")).isEqualTo("COMPLETED 4 4");
    }

    @Test
    void theRateIsKeptAndAtMostHalfASecondsWorthGoesAtOnce() throws Exception {
        fixture.die(60);
        fixture.order("rpl_1", all(20));
        Process process = fixture.start().own();
        process.turns(2);
        fixture.clock.advance(Duration.ofSeconds(30));
        process.turn();
        int burst = fixture.laneIds().size();
        process.runFor(Duration.ofSeconds(1));

        assertThat(burst).isBetween(10, 11);
        assertThat(fixture.laneIds().size() - burst).isBetween(19, 21);
    }

    @Test
    void aBatchIsBounded() throws Exception {
        fixture.batch = 3;
        fixture.die(20);
        fixture.order("rpl_1", all(10_000));
        Process process = fixture.start().own();
        process.runFor(Duration.ofSeconds(2));

        assertThat(process.writer.committed())
                .allSatisfy(batch -> assertThat(batch.records()).hasSizeLessThanOrEqualTo(2 * 3 + 1));
        assertThat(fixture.laneIds()).containsExactlyInAnyOrder(ids(20));
    }

    @Test
    void aDryRunCountsAndMovesNothingEvenIfItsFirstBatchFails() throws Exception {
        fixture.die(7);
        fixture.order(
                "rpl_1", ReplayOrder.newBuilder(all(1_000)).setDryRun(true).build());
        Process process = fixture.start().own();
        process.writer.abort(1);
        process.turns(5);

        assertThat(process.writer.aborted()).isEqualTo(1);
        assertThat(fixture.state("rpl_1")).isEqualTo("COMPLETED 7 0");
        assertThat(fixture.laneIds()).isEmpty();
        assertThat(fixture.takings(fixture.topics.deadLetters())).isEmpty();
    }

    @Test
    void anOrderForTheFutureBeginsAtItsTimeAndNotBefore() throws Exception {
        fixture.die(1);
        long beginsAtMs = fixture.clock.millis() + 10_000;
        fixture.order(
                "rpl_1",
                ReplayOrder.newBuilder(all(100)).setBeginsAtMs(beginsAtMs).build());
        Process process = fixture.start().own();
        while (fixture.clock.millis() < beginsAtMs) {
            assertThat(fixture.state("rpl_1")).isEqualTo("PENDING");
            process.turn();
        }
        process.runFor(Duration.ofMillis(200));

        assertThat(fixture.state("rpl_1")).isEqualTo("COMPLETED 1 1");
        assertThat(fixture.progress("rpl_1").getStartedAtMs()).isGreaterThanOrEqualTo(beginsAtMs);
    }

    @Test
    void twoReplaysOfTheSameLettersTakeEachOnce() throws Exception {
        fixture.batch = 7;
        fixture.die(60);
        fixture.order("rpl_1", all(60));
        fixture.order("rpl_2", all(60));
        fixture.start().own().runFor(Duration.ofSeconds(5));

        assertThat(fixture.laneIds()).containsExactlyInAnyOrder(ids(60));
        assertThat(fixture.takings(fixture.topics.deadLetters())).hasSize(60);
        assertThat(List.of(fixture.state("rpl_1"), fixture.state("rpl_2")))
                .allSatisfy(state -> assertThat(state).startsWith("COMPLETED"));
        assertThat(fixture.progress("rpl_1").getDone()
                        + fixture.progress("rpl_2").getDone())
                .isEqualTo(60);
    }

    /** A scan of 2,000 letters takes 10 turns here. */
    @Test
    void aNewOrdersScanDoesNotStopARunningReplay() throws Exception {
        fixture.die(2_000);
        fixture.order("rpl_1", all(100));
        Process process = fixture.start().own();
        process.runFor(Duration.ofSeconds(1));
        fixture.order("rpl_2", all(100));
        int turnsOfScan = 0;
        while (fixture.progress("rpl_2") == null) {
            int before = fixture.laneIds().size();
            fixture.clock.advance(Duration.ofMillis(50));
            process.turn();
            turnsOfScan++;
            assertThat(fixture.laneIds().size() - before)
                    .as("letters moved by this turn")
                    .isBetween(4, 10);
        }
        assertThat(turnsOfScan).isGreaterThan(5);
        process.runFor(Duration.ofSeconds(30));

        assertThat(fixture.laneIds()).hasSize(2_000).doesNotHaveDuplicates();
        assertThat(fixture.progress("rpl_1").getDone()
                        + fixture.progress("rpl_2").getDone())
                .isEqualTo(2_000);
    }

    @Test
    void aScanThatWaitsForAnOpenTransactionDoesNotStopARunningReplay() throws Exception {
        fixture.die(40);
        fixture.order("rpl_1", all(20));
        Process process = fixture.start().own();
        process.runFor(Duration.ofMillis(500));
        var partition = new TopicPartition(fixture.topics.deadLetters(), 1);
        fixture.log.beginTransaction(partition);
        fixture.send(Letters.taking("39", 1, "discarded"), 1);
        fixture.order("rpl_2", all(1_000));
        process.runFor(Duration.ofSeconds(1));

        assertThat(fixture.state("rpl_2")).isEqualTo("PENDING");
        assertThat(fixture.laneIds()).hasSizeGreaterThan(20);
        fixture.log.endTransaction(partition);
        process.runFor(Duration.ofMillis(300));
        assertThat(fixture.state("rpl_2")).startsWith("COMPLETED");
    }

    @Test
    void lettersThatRetentionDeletesDuringTheReplayArePassedOver() throws Exception {
        fixture.die(40);
        fixture.order("rpl_1", all(20));
        Process process = fixture.start().own();
        process.runFor(Duration.ofMillis(300));
        int before = fixture.laneIds().size();
        for (int partition = 0; partition < 2; partition++) {
            fixture.log.deleteBelow(new TopicPartition(fixture.topics.deadLetters(), partition), 18);
        }
        process.runFor(Duration.ofSeconds(2));

        assertThat(fixture.laneIds()).hasSize(before + 4).contains("dlv_36", "dlv_37", "dlv_38", "dlv_39");
        assertThat(fixture.state("rpl_1")).isEqualTo("COMPLETED 40 " + (before + 4));
    }

    @Test
    void aReplayPassesDeletedPartitionsAndPagesWithoutItsLetters() throws Exception {
        TopicPartition deleted = new TopicPartition(fixture.topics.deadLetters(), 0);
        TopicPartition sparse = new TopicPartition(fixture.topics.deadLetters(), 1);
        fixture.die(20);
        for (int i = 0; i < 3 * ReplayFixture.PAGE; i++) {
            fixture.send(Letters.entry("other" + i, 0, "wh_2", "job.failed", "gone", 1_000), 1);
        }
        fixture.send(Letters.entry("last", 0), 1);
        fixture.order(
                "rpl_1", ReplayOrder.newBuilder(all(20)).setReason("exhausted").build());
        Process process = fixture.start().own();
        process.turns(2);
        fixture.log.deleteBelow(deleted, fixture.log.end(deleted));
        fixture.log.deleteBelow(sparse, 10);
        process.runFor(Duration.ofSeconds(3));

        assertThat(fixture.laneIds()).contains("dlv_last").doesNotContain("dlv_19", "dlv_18");
        assertThat(fixture.state("rpl_1"))
                .isEqualTo("COMPLETED 21 " + fixture.laneIds().size());
    }

    @Test
    void theLoopIsUnhealthyUntilItHasJoinedItsGroup() throws Exception {
        Process process = fixture.start();
        assertThat(process.loop.health()).extracting(Check::ok).containsExactly(false);
        process.own().turn();
        assertThat(process.loop.health()).extracting(Check::ok).containsExactly(true);
    }

    @Test
    void theKeyOfALaneRecordIsTheEntrys() throws Exception {
        fixture.send(Letters.entry("1", 0, "wh_7", "job.completed", "exhausted", 1_000));
        fixture.order("rpl_1", all(1_000));
        fixture.start().own().turns(3);

        assertThat(fixture.log.records(fixture.topics.lanes())).singleElement().satisfies(lane -> assertThat(lane.key())
                .isEqualTo("wh_7".getBytes(UTF_8)));
        assertThat(fixture.in(fixture.topics.lanes(), ReplayFixture.DELIVERIES))
                .extracting(Delivery::getDueAtMs)
                .allSatisfy(due -> assertThat(due).isBetween(1L, fixture.clock.millis()));
    }
}
