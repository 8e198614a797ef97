package io.kurier.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.dispatcher.intake.DecodedRecord;
import io.kurier.dispatcher.offsets.PartitionAssignment;
import io.kurier.dispatcher.waiting.WaitCounts;
import io.kurier.dispatcher.waiting.WaitReason;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RecordBacklogTest {
    private final List<String> opened = new ArrayList<>();
    private final Map<PartitionAssignment, String> names = new HashMap<>();
    private final PartitionAssignment a = named("a");
    private final PartitionAssignment b = named("b");
    private final RecordBacklog backlog = new RecordBacklog(this::open);
    private int room;

    private PartitionAssignment named(String name) {
        PartitionAssignment assignment = Samples.assignment();
        names.put(assignment, name);
        return assignment;
    }

    private boolean open(PartitionAssignment assignment, DecodedRecord record) {
        if (room == 0) {
            return false;
        }
        room--;
        opened.add(names.get(assignment) + record.offset());
        return true;
    }

    private static List<DecodedRecord> records(long from, int count) {
        List<DecodedRecord> records = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            records.add(new DecodedRecord.Duplicate(from + i, 1));
        }
        return records;
    }

    private void wakeWithRoom(int records) {
        room = records;
        backlog.wake();
    }

    private int waiting() {
        WaitCounts counts = new WaitCounts();
        backlog.countInto(counts);
        return counts.of(WaitReason.BACKPRESSURE);
    }

    @Test
    void recordsAreOpenedAtOnceWhileThereIsRoom() {
        room = 10;
        backlog.add(a, records(0, 3), 5);

        assertThat(opened).containsExactly("a0", "a1", "a2");
        assertThat(waiting()).isZero();
        assertThat(a.offsets.base())
                .as("offsets up to the next one will not come")
                .isEqualTo(5);
    }

    @Test
    void recordsOfOnePartitionAreOpenedInOrder() {
        backlog.add(a, records(0, 2), 2);
        room = 1;
        backlog.add(a, records(2, 2), 4);
        assertThat(opened).containsExactly("a0");
        assertThat(waiting()).isEqualTo(3);
        assertThat(a.offsets.base()).as("nothing is passed over").isZero();

        wakeWithRoom(10);

        assertThat(opened).containsExactly("a0", "a1", "a2", "a3");
        assertThat(a.offsets.base()).isEqualTo(4);
    }

    @Test
    void partitionsTakeTurns() {
        backlog.add(a, records(0, 3), 3);
        backlog.add(b, records(0, 3), 3);

        for (int i = 0; i < 6; i++) {
            wakeWithRoom(1);
        }

        assertThat(opened).containsExactly("a0", "b0", "a1", "b1", "a2", "b2");
        assertThat(waiting()).isZero();
    }

    /** Otherwise the partition that gets records all the time would go first each time. */
    @Test
    void aPartitionThatIsRefusedKeepsItsTurnWhenMoreRecordsArrive() {
        backlog.add(a, records(0, 1), 1);
        backlog.add(b, records(0, 1), 1);
        backlog.add(a, records(1, 1), 2);

        wakeWithRoom(1);
        wakeWithRoom(1);

        assertThat(opened).containsExactly("a0", "b0");
    }

    @Test
    void droppedRecordsAreNeitherOpenedNorCounted() {
        backlog.add(a, records(0, 2), 2);
        backlog.add(b, records(0, 1), 1);

        backlog.drop(a);
        assertThat(waiting()).isEqualTo(1);
        wakeWithRoom(10);

        assertThat(opened).containsExactly("b0");
        assertThat(a.offsets.base()).isZero();
    }

    @Test
    void aGapWithoutRecordsIsPassedOver() {
        backlog.add(a, List.of(), 9);

        assertThat(a.offsets.base()).isEqualTo(9);
        assertThat(a.isChanged()).isTrue();
    }

    @Test
    void aGapBehindARefusedRecordIsPassedOverOnceItIsOpened() {
        backlog.add(a, records(0, 1), 1);
        backlog.add(a, List.of(), 9);
        assertThat(a.offsets.base()).isZero();

        wakeWithRoom(1);

        assertThat(a.offsets.base()).isEqualTo(9);
    }
}
