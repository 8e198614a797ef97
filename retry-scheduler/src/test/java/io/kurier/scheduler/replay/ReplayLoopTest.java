package io.kurier.scheduler.replay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kurier.runtime.health.Check;
import io.kurier.runtime.transactions.Batch;
import io.kurier.scheduler.Letters;
import io.kurier.scheduler.ScriptedBatchWriter;
import io.kurier.scheduler.replay.ReplayFixture.Process;
import io.kurier.schemas.DeadLetter;
import io.kurier.schemas.Delivery;
import io.kurier.schemas.ReplayFrom;
import io.kurier.schemas.ReplayOrder;
import io.kurier.schemas.ReplayProgress;
import io.kurier.schemas.ReplayState;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** What a replay moves, and what its steps do under faults and takeovers. */
class ReplayLoopTest {
    private final ReplayFixture fixture = new ReplayFixture();

    private static ReplayOrder all(double rate) {
        return Letters.all(rate);
    }

    private static ReplayOrder held(double rate) {
        return ReplayOrder.newBuilder(all(rate)).setFrom(ReplayFrom.HELD).build();
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
        fixture.order("rpl_1", ReplayOrder.newBuilder(all(1)).setDryRun(true).build());
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
    void ordersAndStatesThatOnlyANewerVersionKnowsAreLeftAlone() throws Exception {
        fixture.die(3);
        fixture.order(
                "rpl_1",
                ReplayOrder.newBuilder(all(100)).setFrom(ReplayFrom.UNKNOWN).build());
        fixture.order("rpl_2", all(100));
        fixture.progress("rpl_2", progress(ReplayState.UNKNOWN, 0));
        fixture.replaysKept = Duration.ofMinutes(1);
        Process process = fixture.start().own();
        process.runFor(Duration.ofMinutes(5));

        assertThat(fixture.laneIds()).isEmpty();
        assertThat(process.writer.committed()).isEmpty();
        assertThat(fixture.replayValues()).containsOnlyKeys("rpl_1", "rpl_2", "rpl_2/progress");
    }

    private static ReplayProgress progress(ReplayState state, long updatedAtMs) {
        return new ReplayProgress(state, 1L, 1L, List.of(1L, 1L), List.of(0L, 0L), updatedAtMs, updatedAtMs, null);
    }

    @Test
    void abortedStepsAreTakenAgainAndNothingTwice() throws Exception {
        fixture.batch = 4;
        fixture.die(20);
        fixture.order("rpl_1", all(10_000));
        Process process = fixture.start().own();
        process.writer.abort(1).commit(1).abort(2);
        process.runFor(Duration.ofSeconds(2));

        assertThat(process.writer.aborted()).isEqualTo(3);
        assertThat(fixture.laneIds()).containsExactlyInAnyOrder(ids(20));
        assertThat(fixture.takings(fixture.topics.deadLetters())).hasSize(20);
        assertThat(fixture.state("rpl_1")).isEqualTo("COMPLETED 20 20");
    }

    @Test
    void aTakeoverResumesExactlyWhereTheFormerOwnerStopped() throws Exception {
        fixture.batch = 7;
        fixture.die(30);
        fixture.order("rpl_1", all(10_000));
        Process first = fixture.start().own();
        while (fixture.laneIds().size() < 14) {
            first.turn();
        }
        first.lose();
        first.turn();
        fixture.send(Letters.entry("new", 0), 0);
        Process second = fixture.start().own();
        second.runFor(Duration.ofSeconds(2));
        first.runFor(Duration.ofSeconds(1));

        assertThat(fixture.laneIds()).containsExactlyInAnyOrder(ids(30));
        assertThat(fixture.takings(fixture.topics.deadLetters())).hasSize(30).doesNotHaveDuplicates();
        assertThat(fixture.state("rpl_1")).isEqualTo("COMPLETED 30 30");
    }

    @Test
    void aStepThatWasCommittedBeforeACrashIsNotRepeated() throws Exception {
        fixture.batch = 7;
        fixture.die(30);
        fixture.order("rpl_1", all(10_000));
        Process first = fixture.start().own();
        first.writer.commit(1).commitAndCrash();
        assertThatThrownBy(() -> first.runFor(Duration.ofSeconds(2)))
                .isInstanceOf(ScriptedBatchWriter.CrashException.class);
        assertThat(fixture.laneIds()).hasSize(14);

        fixture.start().own().runFor(Duration.ofSeconds(2));

        assertThat(fixture.laneIds()).containsExactlyInAnyOrder(ids(30));
        assertThat(fixture.state("rpl_1")).isEqualTo("COMPLETED 30 30");
    }

    @Test
    void aNewOwnerWaitsForTheFormerOwnersTransactionAndForItsTable() throws Exception {
        fixture.die(2);
        fixture.order("rpl_1", all(1_000));
        Process process = fixture.start().own();
        process.member.setOffsetUnstable(true);
        process.turns(20);
        assertThat(process.writer.committed()).isEmpty();

        process.isTableLagging = true;
        fixture.progress("rpl_1", progress(ReplayState.COMPLETED, fixture.clock.millis()));
        process.member.setOffsetUnstable(false);
        process.turns(20);
        assertThat(process.writer.committed()).isEmpty();

        process.catchUp();
        process.turns(20);
        assertThat(process.writer.committed())
                .as("the former owner completed it")
                .isEmpty();
        assertThat(fixture.laneIds()).isEmpty();
    }

    @Test
    void nothingIsWrittenAfterThePartitionIsRevokedUntilItComesBack() throws Exception {
        fixture.die(40);
        fixture.order("rpl_1", all(40));
        Process process = fixture.start().own();
        process.runFor(Duration.ofMillis(500));
        int before = fixture.laneIds().size();
        assertThat(before).isBetween(1, 39);
        process.lose();
        process.turns(50);
        assertThat(fixture.laneIds()).hasSize(before);

        process.own();
        process.runFor(Duration.ofSeconds(3));
        assertThat(fixture.laneIds()).containsExactlyInAnyOrder(ids(40));
        assertThat(fixture.state("rpl_1")).isEqualTo("COMPLETED 40 40");
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
    void aTakeoverAfterTheTopicGotMorePartitionsResumes() throws Exception {
        fixture.die(10);
        fixture.order("rpl_1", all(10));
        Process first = fixture.start().own();
        first.runFor(Duration.ofMillis(500));
        first.lose();
        first.turn();
        fixture.log.setPartitions(fixture.topics.deadLetters(), 3);
        fixture.send(Letters.entry("elsewhere", 0), 2);
        fixture.start().own().runFor(Duration.ofSeconds(3));

        assertThat(fixture.laneIds()).containsExactlyInAnyOrder(ids(10));
        assertThat(fixture.state("rpl_1")).isEqualTo("COMPLETED 10 10");
    }

    @Test
    void heldDeliveriesContinueWithTheirRunInTheirOrder() throws Exception {
        for (int i = 0; i < 20; i++) {
            fixture.hold(
                    Letters.entry(Integer.toString(i), 3, "wh_1", "job.completed", "paused", fixture.clock.millis()));
        }
        fixture.order("rpl_1", held(1_000));
        fixture.start().own().runFor(Duration.ofSeconds(1));

        assertThat(fixture.laneIds()).containsExactly(ids(20));
        assertThat(fixture.in(fixture.topics.lanes(), ReplayFixture.DELIVERIES))
                .allSatisfy(delivery -> assertThat(List.of(delivery.getRun(), delivery.getRunAttempts()))
                        .containsExactly(3, 5));
        assertThat(fixture.takings(fixture.topics.held())).hasSize(20);
    }

    @Test
    void deliveriesHeldTooLongBecomeDeadLettersOfEveryTenantAndOthersStayHeld() throws Exception {
        fixture.heldFor = Duration.ofHours(1);
        long nowMs = fixture.clock.millis();
        fixture.hold(Letters.entry("long", 3, "wh_1", "job.completed", "paused", nowMs - 3_600_001));
        fixture.hold(Letters.entry("released", 0, "wh_1", "job.completed", "paused", nowMs - 7_200_000));
        fixture.hold(Letters.taking("released", 0, "rpl_0"));
        fixture.hold(Letters.entry("short", 0, "wh_2", "job.completed", "disabled", nowMs));
        Process process = fixture.start().own();
        process.turns(5);

        assertThat(fixture.in(fixture.topics.deadLetters(), ReplayFixture.LETTERS))
                .extracting(letter ->
                        letter.getDeliveryId() + " " + letter.getEntry().getReason())
                .containsExactly("dlv_long held_too_long");
        assertThat(fixture.in(fixture.topics.attempts(), ReplayFixture.ATTEMPTS))
                .hasSize(1);
        assertThat(fixture.takings(fixture.topics.held()))
                .containsExactlyInAnyOrder("dlv_released by rpl_0", "dlv_long by held_too_long");
        assertThat(fixture.replayValues()).as("nobody ordered it").isEmpty();

        process.runFor(Duration.ofMinutes(61));
        assertThat(fixture.in(fixture.topics.deadLetters(), ReplayFixture.LETTERS))
                .extracting(DeadLetter::getDeliveryId)
                .containsExactly("dlv_long", "dlv_short");
    }

    @Test
    void aReleaseWinsOverGivingUpButCannotPutItOffForEver() throws Exception {
        fixture.heldFor = Duration.ofHours(1);
        long nowMs = fixture.clock.millis();
        fixture.hold(Letters.entry("1", 0, "wh_1", "job.completed", "paused", nowMs - 3_600_001));
        fixture.hold(Letters.entry("2", 0, "wh_2", "job.completed", "paused", nowMs - 3_600_001));
        fixture.order(
                "rpl_0",
                ReplayOrder.newBuilder(held(1_000)).setWebhookId("wh_1").build());
        Process process = fixture.start().own();
        for (int i = 1;
                i < 1_000
                        && fixture.in(fixture.topics.deadLetters(), ReplayFixture.LETTERS)
                                .isEmpty();
                i++) {
            fixture.order("rpl_" + i, all(1));
            process.turn();
        }

        assertThat(fixture.laneIds()).containsExactly("dlv_1");
        assertThat(fixture.in(fixture.topics.deadLetters(), ReplayFixture.LETTERS))
                .extracting(DeadLetter::getDeliveryId)
                .containsExactly("dlv_2");
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
