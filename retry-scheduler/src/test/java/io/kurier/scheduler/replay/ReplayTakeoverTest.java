package io.kurier.scheduler.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kurier.scheduler.Letters;
import io.kurier.scheduler.ScriptedBatchWriter;
import io.kurier.scheduler.replay.ReplayFixture.Process;
import io.kurier.schemas.ReplayFrom;
import io.kurier.schemas.ReplayOrder;
import io.kurier.schemas.ReplayProgress;
import io.kurier.schemas.ReplayState;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Steps under faults, and what the next owner of {@code replays} does. */
@Timeout(30)
class ReplayTakeoverTest {
    private final ReplayFixture fixture = new ReplayFixture();

    private static ReplayOrder all(double rate) {
        return Letters.all(rate);
    }

    private static String[] ids(int count) {
        return IntStream.range(0, count).mapToObj(i -> "dlv_" + i).toArray(String[]::new);
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
    void anOwnerThatComesBackForgetsWhatItKnewOfItsReplays() throws Exception {
        fixture.batch = 7;
        fixture.die(30);
        fixture.order("rpl_1", all(10_000));
        Process first = fixture.start().own();
        while (fixture.laneIds().size() < 7) {
            first.turn();
        }
        first.lose();
        first.turn();
        Process second = fixture.start().own();
        while (fixture.laneIds().size() < 14) {
            second.turn();
        }
        second.lose();
        second.turn();
        first.own().runFor(Duration.ofSeconds(2));

        assertThat(fixture.laneIds()).containsExactlyInAnyOrder(ids(30));
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
}
