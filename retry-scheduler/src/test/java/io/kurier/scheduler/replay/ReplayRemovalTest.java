package io.kurier.scheduler.replay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.runtime.transactions.Batch;
import io.kurier.scheduler.Letters;
import io.kurier.scheduler.replay.ReplayFixture.Process;
import io.kurier.schemas.ReplayProgress;
import io.kurier.schemas.ReplayState;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Finished replays leave the topic {@code replays}, and nothing of them comes back. */
@Timeout(30)
class ReplayRemovalTest {
    private final ReplayFixture fixture = new ReplayFixture();

    @BeforeEach
    void keepForAnHour() {
        fixture.replaysKept = Duration.ofHours(1);
    }

    private void finished(String id, long atMs) {
        fixture.order(id, Letters.all(100));
        fixture.progress(
                id,
                new ReplayProgress(ReplayState.COMPLETED, 1L, 1L, List.of(0L, 0L), List.of(0L, 0L), atMs, atMs, null));
    }

    private List<String> kept() {
        return fixture.replayValues().entrySet().stream()
                .filter(each -> each.getValue() != null)
                .map(each -> each.getKey())
                .toList();
    }

    @Test
    void aFinishedReplayIsRemovedWhenItsTimeIsOverAndNotBefore() throws Exception {
        fixture.die(3);
        fixture.order("rpl_1", Letters.all(100));
        Process process = fixture.start().own();
        process.runFor(Duration.ofSeconds(1));
        long finishedAtMs = Objects.requireNonNull(fixture.progress("rpl_1")).getUpdatedAtMs();
        while (fixture.clock.millis() < finishedAtMs + Duration.ofHours(1).toMillis()) {
            assertThat(kept()).containsExactly("rpl_1", "rpl_1/progress");
            process.turn();
            fixture.clock.advance(Duration.ofSeconds(30));
        }
        process.turns(3);

        assertThat(kept()).isEmpty();
        assertThat(process.table.contains("rpl_1")).isFalse();
        assertThat(fixture.laneIds()).hasSize(3);
    }

    /** An order without progress would look as if it had not begun. */
    @Test
    void theOrdersTombstoneComesBeforeItsProgressInOneFencedBatch() throws Exception {
        finished("rpl_1", 0);
        Process process = fixture.start().own();
        process.turns(3);

        assertThat(process.writer.committed()).hasSize(1);
        Batch batch = process.writer.committed().get(0);
        assertThat(batch.records())
                .allSatisfy(record -> assertThat(record.value()).isNull())
                .extracting(record -> new String(record.key(), UTF_8))
                .containsExactly("rpl_1", "rpl_1/progress");
        assertThat(batch.offsets().get(0).progress()).containsOnlyKeys(fixture.replays);
    }

    @Test
    void unfinishedReplaysStayHoweverOldTheyAre() throws Exception {
        fixture.die(2_000);
        fixture.order("rpl_1", Letters.all(0.01));
        fixture.start().own().runFor(Duration.ofHours(3));

        assertThat(kept()).containsExactly("rpl_1", "rpl_1/progress");
        assertThat(fixture.state("rpl_1")).startsWith("RUNNING 2000");
    }

    @Test
    void aboveTheLimitThoseThatFinishedFirstAreRemovedBeforeTheirTime() throws Exception {
        fixture.maxFinishedReplays = 2;
        long nowMs = fixture.clock.millis();
        finished("rpl_1", nowMs - 1_000);
        finished("rpl_2", nowMs - 4_000);
        finished("rpl_3", nowMs - 3_000);
        finished("rpl_4", nowMs - 2_000);
        fixture.start().own().turns(3);

        assertThat(kept()).containsExactly("rpl_1", "rpl_1/progress", "rpl_4", "rpl_4/progress");
    }

    @Test
    void manyAreRemovedBatchByBatch() throws Exception {
        fixture.batch = 10;
        for (int i = 0; i < 35; i++) {
            finished("rpl_" + i, 0);
        }
        Process process = fixture.start().own();
        process.turns(6);

        assertThat(kept()).isEmpty();
        assertThat(process.writer.committed())
                .extracting(batch -> batch.records().size())
                .containsExactly(20, 20, 20, 10);
    }

    @Test
    void anAbortedRemovalIsTriedAgainAndACommittedOneIsNotRepeatedWhileTheTableLags() throws Exception {
        finished("rpl_1", 0);
        Process process = fixture.start().own();
        process.writer.abort(1);
        process.turns(1);
        process.isTableLagging = true;
        process.turns(10);

        assertThat(process.writer.aborted()).isEqualTo(1);
        assertThat(process.writer.committed()).hasSize(1);
        assertThat(kept()).isEmpty();
    }

    @Test
    void aCompletedReplayIsNotBegunAgainWhileTheTableLags() throws Exception {
        fixture.die(3);
        fixture.order("rpl_1", Letters.all(100));
        Process process = fixture.start().own();
        process.turns(2);
        process.isTableLagging = true;
        process.runFor(Duration.ofSeconds(5));
        fixture.die(3);
        process.runFor(Duration.ofSeconds(5));
        process.catchUp();
        process.runFor(Duration.ofSeconds(5));

        assertThat(fixture.laneIds()).hasSize(3);
        assertThat(fixture.state("rpl_1")).isEqualTo("COMPLETED 3 3");
    }

    /** A former owner that wakes up may have removed it; the tombstones of another say the same. */
    @Test
    void aTakeoverBetweenCompletionAndRemovalRemovesItOnce() throws Exception {
        fixture.die(3);
        fixture.order("rpl_1", Letters.all(100));
        Process first = fixture.start().own();
        first.runFor(Duration.ofSeconds(1));
        first.lose();
        first.turn();
        fixture.clock.advance(Duration.ofHours(1));
        Process second = fixture.start().own();
        second.turns(5);
        second.lose();
        second.turn();
        first.own().turns(5);

        assertThat(kept()).isEmpty();
        assertThat(second.writer.committed()).hasSize(1);
        assertThat(fixture.laneIds()).hasSize(3);
        assertThat(first.table.contains("rpl_1")).isFalse();
    }
}
