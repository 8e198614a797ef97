package io.kurier.scheduler.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.runtime.control.ReplayKeys;
import io.kurier.scheduler.Letters;
import io.kurier.schemas.ReplayFrom;
import io.kurier.schemas.ReplayOrder;
import io.kurier.schemas.ReplayProgress;
import io.kurier.schemas.ReplayRecord;
import io.kurier.schemas.ReplayState;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReplayTableTest {
    private final ReplayTable table = new ReplayTable(() -> 0);

    private void order(String id) {
        table.accept(id, new ReplayRecord(id, Letters.all(1), null));
    }

    private void progress(String id, ReplayState state, long atMs) {
        ReplayProgress progress = new ReplayProgress(state, 1L, 0L, List.of(), List.of(), 1L, atMs, null);
        table.accept(ReplayKeys.progress(id), new ReplayRecord(id, null, progress));
    }

    private List<String> unfinished() {
        return table.unfinished().stream().map(ReplayTable.Replay::id).toList();
    }

    @Test
    void onlyUnfinishedReplaysAreLookedAtOldestFirst() {
        order("rpl_3");
        order("rpl_1");
        order("rpl_2");
        progress("rpl_1", ReplayState.RUNNING, 1);
        progress("rpl_2", ReplayState.COMPLETED, 2);

        assertThat(unfinished()).containsExactly("rpl_1", "rpl_3");
        assertThat(table.unfinished().get(0).progress()).isNotNull();
    }

    @Test
    void progressMayComeBeforeItsOrder() {
        progress("rpl_1", ReplayState.RUNNING, 1);
        progress("rpl_2", ReplayState.COMPLETED, 1);
        assertThat(unfinished()).isEmpty();
        order("rpl_1");
        order("rpl_2");

        assertThat(unfinished()).containsExactly("rpl_1");
    }

    @Test
    void ordersAndStatesOfANewerVersionAreNeitherUnfinishedNorExpired() {
        ReplayOrder newer = ReplayOrder.newBuilder(Letters.all(1))
                .setFrom(ReplayFrom.UNKNOWN)
                .build();
        table.accept("rpl_1", new ReplayRecord("rpl_1", newer, null));
        order("rpl_2");
        progress("rpl_2", ReplayState.UNKNOWN, 1);

        assertThat(unfinished()).isEmpty();
        assertThat(table.expired(Long.MAX_VALUE, 0, 10)).isEmpty();
    }

    @Test
    void finishedReplaysExpireByTimeThoseThatFinishedFirstAtTheFront() {
        for (int i = 1; i <= 4; i++) {
            order("rpl_" + i);
            progress("rpl_" + i, i == 3 ? ReplayState.FAILED : ReplayState.COMPLETED, 100 - i);
        }

        assertThat(table.expired(98, 10, 10)).containsExactly("rpl_4", "rpl_3");
        assertThat(table.expired(98, 10, 1)).containsExactly("rpl_4");
        assertThat(table.expired(0, 10, 10)).isEmpty();
    }

    @Test
    void finishedReplaysExpireByNumber() {
        for (int i = 1; i <= 4; i++) {
            progress("rpl_" + i, ReplayState.COMPLETED, i);
        }

        assertThat(table.expired(0, 3, 10)).containsExactly("rpl_1");
        assertThat(table.expired(0, 1, 10)).containsExactly("rpl_1", "rpl_2", "rpl_3");
        assertThat(table.expired(0, 1, 2)).containsExactly("rpl_1", "rpl_2");
    }

    @Test
    void aRemovedReplayIsForgottenAndNeverUnfinishedOnTheWay() {
        order("rpl_1");
        progress("rpl_1", ReplayState.COMPLETED, 1);
        table.accept("rpl_1", null);
        assertThat(unfinished()).isEmpty();
        assertThat(table.contains("rpl_1")).isTrue();
        table.accept(ReplayKeys.progress("rpl_1"), null);

        assertThat(unfinished()).isEmpty();
        assertThat(table.contains("rpl_1")).isFalse();
        assertThat(table.expired(Long.MAX_VALUE, 0, 10)).isEmpty();
    }

    @Test
    void newProgressReplacesTheFormerOne() {
        order("rpl_1");
        progress("rpl_1", ReplayState.COMPLETED, 1);
        progress("rpl_1", ReplayState.COMPLETED, 9);

        assertThat(table.expired(5, 10, 10)).isEmpty();
        assertThat(table.expired(10, 10, 10)).containsExactly("rpl_1");
    }
}
