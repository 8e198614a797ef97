package io.kurier.dispatcher.outcome;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.dispatcher.InMemoryLog;
import io.kurier.dispatcher.Samples;
import io.kurier.dispatcher.offsets.OffsetMetadata;
import io.kurier.dispatcher.offsets.OpenOffsets;
import io.kurier.dispatcher.offsets.PartitionAssignment;
import io.kurier.dispatcher.offsets.RecentIdsMark;
import io.kurier.runtime.health.Check;
import io.kurier.runtime.transactions.Batch;
import io.kurier.runtime.transactions.BatchWriter;
import io.kurier.runtime.transactions.TransactionalWriter;
import io.kurier.testkit.ManualProcessClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class OutcomeCommitterTest {
    private static final int MEGABYTE = 1 << 20;

    private static final Duration INTERVAL = Duration.ofMillis(100);

    private final ManualProcessClock clock = new ManualProcessClock();
    private final InMemoryLog log = new InMemoryLog();
    private final ArrayDeque<Runnable> transactions = new ArrayDeque<>();
    private final List<Throwable> failures = new ArrayList<>();
    private final PartitionAssignment lane = assignment(PartitionAssignment.Path.LANES);
    private final PartitionAssignment events = assignment(PartitionAssignment.Path.EVENTS);
    private final OutcomeCommitter committer = newCommitter(log);
    private long offset;

    private OutcomeCommitter newCommitter(BatchWriter writer) {
        return new OutcomeCommitter(Runnable::run, transactions::add, writer, INTERVAL, clock::nanoTime, failures::add);
    }

    private static PartitionAssignment assignment(PartitionAssignment.Path path) {
        return new PartitionAssignment(
                path, new TopicPartition(path.name(), 0), new OpenOffsets(0, OffsetMetadata.NOTHING), 0);
    }

    private void joinGroups() {
        for (PartitionAssignment assignment : List.of(lane, events)) {
            committer.knowsGroup(assignment.path, Samples.group(assignment.path.name()));
            committer.add(assignment);
        }
    }

    /** One record and the offset that it settles. */
    private void settle(PartitionAssignment assignment, String value) {
        settle(assignment, value, () -> {});
    }

    private void settle(PartitionAssignment assignment, String value, Runnable committed) {
        committer.add(new OutcomeCommitter.Entry(
                assignment, List.of(new ProducerRecord<>("t", value.getBytes(StandardCharsets.UTF_8))), committed));
        assignment.settle(assignment.offsets.open(offset++, 1, 0));
    }

    private void pass(Duration time) {
        clock.advance(time);
        committer.commitIfDue();
    }

    private void endCommit() {
        transactions.remove().run();
    }

    private List<String> written() {
        return log.read("t").stream()
                .map(record -> new String(record.value(), StandardCharsets.UTF_8))
                .toList();
    }

    private void add(PartitionAssignment assignment, int records, int bytes) {
        List<ProducerRecord<byte[], byte[]>> all =
                Collections.nCopies(records, new ProducerRecord<>("t", new byte[bytes]));
        committer.add(new OutcomeCommitter.Entry(assignment, all));
    }

    @Test
    void uncommittedOutcomesAreBoundedInRecords() {
        add(lane, 2_000, 1);
        assertThat(committer.isFullOfLanes()).isFalse();
        add(lane, 1, 1);
        assertThat(committer.isFullOfLanes()).isTrue();
        add(events, 2_999, 1);
        assertThat(committer.isFullForWide()).isFalse();
        add(events, 1, 1);
        assertThat(committer.isFullForWide()).isTrue();
        add(events, 14_999, 1);
        assertThat(committer.isFull()).isFalse();
        add(events, 1, 1);
        assertThat(committer.isFull()).isTrue();
        assertThat(committer.uncommitted()).isEqualTo(20_001);
    }

    @Test
    void uncommittedOutcomesAreBoundedInBytes() {
        add(lane, 16, MEGABYTE);
        assertThat(committer.isFullOfLanes()).isFalse();
        assertThat(committer.isFullForWide()).isFalse();
        add(events, 1, MEGABYTE);
        assertThat(committer.isFullOfLanes()).as("events do not count").isFalse();
        assertThat(committer.isFullForWide()).isTrue();
        add(events, 47, MEGABYTE);
        assertThat(committer.isFull()).isFalse();
        add(events, 1, 1);
        assertThat(committer.isFull()).isTrue();
    }

    @Test
    void aRecordWithoutValueTakesNoBytes() {
        committer.add(new OutcomeCommitter.Entry(lane, List.of(new ProducerRecord<>("t", null))));

        assertThat(committer.uncommitted()).isEqualTo(1);
    }

    @Test
    void theFirstCommitStartsAtOnceAndTheNextOneAfterTheInterval() {
        joinGroups();
        settle(events, "one");
        committer.commitIfDue();
        endCommit();
        settle(events, "two");

        pass(INTERVAL.minusNanos(1));
        assertThat(transactions).isEmpty();
        pass(Duration.ofNanos(1));
        endCommit();

        assertThat(written()).containsExactly("one", "two");
        assertThat(log.committed(events.partition).offset()).isEqualTo(2);
        assertThat(committer.uncommitted()).isZero();
    }

    @Test
    void oneBatchIsWrittenAtATime() {
        joinGroups();
        settle(events, "one");
        pass(INTERVAL);
        settle(events, "two");

        pass(INTERVAL);
        committer.commitNow();

        assertThat(transactions).hasSize(1);
        assertThat(committer.isSettled(events)).isFalse();
        endCommit();
        assertThat(written()).containsExactly("one");
        pass(Duration.ZERO);
        endCommit();
        assertThat(written()).containsExactly("one", "two");
        assertThat(committer.isSettled(events)).isTrue();
    }

    @Test
    void manyOutcomesAreCommittedBeforeTheIntervalIsOverUnlessTheLastBatchWasAborted() {
        joinGroups();
        settle(events, "one");
        pass(INTERVAL);
        log.abortNext(1);
        endCommit();
        add(lane, 2_001, 1);
        settle(lane, "two");
        pass(INTERVAL.dividedBy(2));
        assertThat(transactions).as("aborted").isEmpty();
        pass(INTERVAL.dividedBy(2));
        endCommit();

        add(lane, 2_001, 1);
        settle(lane, "three");
        pass(Duration.ofMillis(1));

        assertThat(transactions).hasSize(1);
    }

    @Test
    void anAbortedBatchIsWrittenAgainBeforeLaterOutcomes() {
        joinGroups();
        List<String> committed = new ArrayList<>();
        log.abortNext(1);
        settle(events, "one", () -> committed.add("one"));
        pass(INTERVAL);
        settle(events, "two", () -> committed.add("two"));
        endCommit();
        assertThat(committed).isEmpty();
        assertThat(committer.uncommitted()).isEqualTo(2);
        assertThat(committer.isSettled(events)).isFalse();
        assertThat(log.committed(events.partition)).isNull();

        pass(INTERVAL);
        endCommit();

        assertThat(written()).containsExactly("one", "two");
        assertThat(committed).containsExactly("one", "two");
        assertThat(log.committed(events.partition).offset()).isEqualTo(2);
        assertThat(committer.uncommitted()).isZero();
    }

    @Test
    void progressAloneIsCommittedToo() {
        joinGroups();
        events.skipTo(7);

        pass(INTERVAL);
        endCommit();

        assertThat(log.committed(events.partition).offset()).isEqualTo(7);
        assertThat(log.committed(lane.partition)).as("nothing changed there").isNull();
        pass(INTERVAL);
        assertThat(transactions).as("nothing changed since").isEmpty();
    }

    @Test
    void outcomesOfALostPartitionAreDroppedAndThoseOfOthersAreWritten() {
        joinGroups();
        settle(events, "lost");
        settle(lane, "kept");
        events.lose();

        pass(INTERVAL);
        endCommit();

        assertThat(written()).containsExactly("kept");
        assertThat(log.committed(events.partition)).isNull();
        assertThat(committer.uncommitted()).isZero();
        assertThat(committer.isSettled(events)).as("it is the next owner's").isTrue();
    }

    @Test
    void anAbortedOutcomeOfAPartitionLostMeanwhileIsNotWrittenAgain() {
        joinGroups();
        log.abortNext(1);
        settle(events, "lost");
        settle(lane, "kept");
        pass(INTERVAL);
        events.lose();
        endCommit();

        pass(INTERVAL);
        endCommit();

        assertThat(written()).containsExactly("kept");
        assertThat(log.committed(events.partition)).isNull();
    }

    @Test
    void anEntryWithoutRecordsCompletesWithoutAnyCommit() {
        joinGroups();
        List<String> committed = new ArrayList<>();
        committer.add(new OutcomeCommitter.Entry(events, List.of(), () -> committed.add("empty")));

        pass(INTERVAL);

        assertThat(committed).containsExactly("empty");
        assertThat(log.batches()).isEmpty();
        assertThat(transactions).isEmpty();
    }

    @Test
    void anEntryWithoutRecordsFollowsTheBatchBeforeIt() {
        joinGroups();
        List<String> committed = new ArrayList<>();
        settle(events, "one", () -> committed.add("one"));
        pass(INTERVAL);
        committer.add(new OutcomeCommitter.Entry(events, List.of(), () -> committed.add("empty")));

        pass(INTERVAL);
        assertThat(committed).as("the batch is under way").isEmpty();
        endCommit();
        pass(INTERVAL);

        assertThat(committed).containsExactly("one", "empty");
        assertThat(log.batches()).hasSize(1);
    }

    @Test
    void offsetsOfAPathWaitUntilItsGroupIsKnown() {
        committer.add(lane);
        committer.add(events);
        committer.knowsGroup(PartitionAssignment.Path.EVENTS, Samples.group("events"));
        settle(lane, "of the lane");
        pass(INTERVAL);
        assertThat(transactions).isEmpty();
        assertThat(committer.uncommitted()).isEqualTo(1);

        committer.knowsGroup(PartitionAssignment.Path.LANES, Samples.group("lanes"));
        pass(INTERVAL);
        endCommit();

        assertThat(written()).containsExactly("of the lane");
    }

    @Test
    void commitsCarryTheGroupAsItIsKnownLast() {
        joinGroups();
        committer.knowsGroup(PartitionAssignment.Path.EVENTS, Samples.group("EVENTS", 7));
        settle(events, "one");

        pass(INTERVAL);
        endCommit();

        assertThat(log.batches().get(0).offsets())
                .singleElement()
                .satisfies(offsets -> assertThat(offsets.group().generationId()).isEqualTo(7));
    }

    @Test
    void ofMetadataThatDoesNotFitTheHighestOpenOffsetsAreLeftOut() {
        joinGroups();
        int all = 12_000;
        for (int i = 0; i < all; i++) {
            OpenOffsets.Slot slot = events.offsets.open(i, 1, 0);
            if (i % 2 == 1) {
                events.settle(slot);
            }
        }

        pass(INTERVAL);
        endCommit();

        String payload = log.committed(events.partition).payload();
        assertThat(payload.length()).isBetween(1_000, TransactionalWriter.MAX_PAYLOAD - RecentIdsMark.MAX_LENGTH);
        OffsetMetadata metadata = OffsetMetadata.decode(payload, 0).orElseThrow();
        assertThat(metadata.open()).containsKeys(0L, 2L).doesNotContainKey(all - 2L);
        assertThat(metadata.end())
                .as("offsets that are left out count as open")
                .isLessThanOrEqualTo(
                        metadata.open().keySet().stream().max(Long::compare).orElseThrow() + 2);
    }

    @Test
    void theMetadataTellsTheLowestRememberedId() {
        PartitionAssignment remembering = new PartitionAssignment(
                PartitionAssignment.Path.EVENTS,
                new TopicPartition("remembering", 0),
                new OpenOffsets(100, OffsetMetadata.NOTHING),
                0,
                () -> 90);
        joinGroups();
        committer.add(remembering);
        remembering.skipTo(110);

        pass(INTERVAL);
        endCommit();

        assertThat(RecentIdsMark.lowest(log.committed(remembering.partition).payload(), 110))
                .isEqualTo(90);
    }

    @Test
    void aWriterThatFailsEndsTheWorkerAndCommitsNothing() {
        IllegalStateException bug = new IllegalStateException("bug");
        OutcomeCommitter failing = newCommitter(new FailingWriter(bug));
        failing.knowsGroup(PartitionAssignment.Path.EVENTS, Samples.group("events"));
        failing.add(events);
        events.skipTo(1);

        failing.commitNow();
        endCommit();

        assertThat(failures).containsExactly(bug);
        assertThat(failing.isSettled(events)).isFalse();
    }

    private record FailingWriter(RuntimeException cause) implements BatchWriter {
        @Override
        public Result commit(Batch batch) {
            throw cause;
        }

        @Override
        public void open() {}

        @Override
        public List<Check> health() {
            return List.of();
        }

        @Override
        public void close() {}
    }
}
