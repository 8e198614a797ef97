package io.kurier.dispatcher.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.dispatcher.Samples;
import io.kurier.dispatcher.config.IdempotencySettings;
import io.kurier.dispatcher.offsets.PartitionAssignment;
import io.kurier.runtime.health.Check;
import io.kurier.schemas.Event;
import io.kurier.schemas.wire.UnknownSchemaException;
import io.kurier.testkit.ManualProcessClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.StaleMemberEpochException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ConsumerLoopTest {
    private static final TopicPartition ONE = new TopicPartition("events", 1);
    private static final TopicPartition TWO = new TopicPartition("events", 2);
    private static final int MAX_UNSETTLED = 4;
    private static final IdempotencySettings.Bounds REMEMBERS =
            new IdempotencySettings.Bounds(100, Duration.ofMinutes(10), Duration.ofSeconds(5));

    /** Writes down what the event loop is told. */
    private static final class Recorded implements RecordHandler {
        final List<String> calls = new ArrayList<>();
        final Map<TopicPartition, PartitionAssignment> assignments = new HashMap<>();

        @Override
        public void knowsGroup(PartitionAssignment.Path path, ConsumerGroupMetadata group) {
            calls.add("group " + group.generationId());
        }

        @Override
        public void assigned(List<PartitionAssignment> taken) {
            taken.forEach(assignment -> {
                assignments.put(assignment.partition, assignment);
                calls.add("assigned " + assignment.partition);
            });
        }

        @Override
        public void arrived(PartitionAssignment assignment, List<DecodedRecord> records, long nextOffset) {
            List<String> offsets = records.stream()
                    .map(record -> record.offset() + (record instanceof DecodedRecord.Duplicate ? " duplicate" : ""))
                    .toList();
            calls.add(assignment.partition + " " + offsets + " next " + nextOffset);
        }

        @Override
        public CompletableFuture<Void> handOver(List<TopicPartition> partitions) {
            calls.add("hand over " + partitions);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void lost(List<TopicPartition> partitions) {
            calls.add("lost " + partitions);
        }

        List<String> take() {
            List<String> taken = List.copyOf(calls);
            calls.clear();
            return taken;
        }
    }

    private final ManualProcessClock clock = new ManualProcessClock();
    private final ScriptedConsumer consumer = new ScriptedConsumer();
    private final Recorded handler = new Recorded();
    private final List<Throwable> failures = new ArrayList<>();
    private final Map<Long, Event> events = new HashMap<>();
    private final Set<Long> unknownSchemas = new HashSet<>();
    private boolean isBackedUp;
    private ConsumerLoop loop = newLoop(null);

    private ConsumerLoop newLoop(IdempotencySettings.@Nullable Bounds idempotency) {
        return new ConsumerLoop(
                new ConsumerLoop.Setup(
                        PartitionAssignment.Path.EVENTS,
                        List.of("events"),
                        Duration.ofSeconds(2),
                        clock,
                        this::decode,
                        idempotency,
                        new Backpressure(MAX_UNSETTLED, 1_000_000, () -> isBackedUp, clock::nanoTime),
                        failures::add),
                consumer,
                handler,
                Runnable::run);
    }

    private DecodedRecord decode(ConsumerRecord<byte[], byte[]> record) throws UnknownSchemaException {
        if (unknownSchemas.contains(record.offset())) {
            throw new UnknownSchemaException("fingerprint 1 is unknown");
        }
        Event event = events.computeIfAbsent(record.offset(), offset -> Samples.event("job", offset.intValue()));
        return new DecodedRecord.OfEvent(record.offset(), 10, event, null);
    }

    private void commit(TopicPartition partition, long offset, String metadata) {
        OffsetAndMetadata committed = new OffsetAndMetadata(offset, metadata);
        consumer.committed.put(partition, committed);
        consumer.commitSync(Map.of(partition, committed));
    }

    private void join(TopicPartition... partitions) {
        loop.subscribe();
        Map<TopicPartition, Long> beginnings = new HashMap<>();
        for (TopicPartition partition : partitions) {
            beginnings.put(partition, 0L);
        }
        consumer.updateBeginningOffsets(beginnings);
        consumer.rebalance(List.of(partitions));
    }

    private void write(TopicPartition partition, long... offsets) {
        for (long offset : offsets) {
            consumer.addRecord(
                    new ConsumerRecord<>(partition.topic(), partition.partition(), offset, null, new byte[] {1}));
        }
    }

    private List<String> turn() throws InterruptedException {
        loop.turn();
        return handler.take();
    }

    private List<String> failing() {
        return loop.health().stream()
                .filter(check -> !check.ok())
                .map(Check::name)
                .toList();
    }

    @Test
    void theGroupAndTheAssignmentsAreToldBeforeAnyRecord() throws Exception {
        assertThat(failing()).containsExactly("events");

        join(ONE, TWO);

        assertThat(handler.take()).containsExactly("group 1", "assigned events-1", "assigned events-2");
        assertThat(failing()).isEmpty();
        assertThat(handler.assignments.get(ONE).takenOverAtMs).isEqualTo(clock.millis());
    }

    @Test
    void recordsAreHandedOverInOrderAndCountAsUnsettled() throws Exception {
        join(ONE);
        handler.take();
        write(ONE, 0, 1, 2);

        assertThat(turn()).containsExactly("events-1 [0, 1, 2] next 3");

        assertThat(handler.assignments.get(ONE).unsettled()).isEqualTo(3);
        assertThat(handler.assignments.get(ONE).unsettledBytes()).isEqualTo(30);
    }

    @Test
    void readingStartsWhereTheFormerOwnerStopped() throws Exception {
        commit(ONE, 2, "");
        join(ONE);
        handler.take();
        write(ONE, 2, 3);

        assertThat(turn()).containsExactly("events-1 [2, 3] next 4");
        assertThat(handler.assignments.get(ONE).offsets.base()).isEqualTo(2);
    }

    @Test
    void aPositionBehindTransactionMarkersIsToldOnceSoThatAnIdlePartitionHasNoLag() throws Exception {
        join(ONE);
        handler.take();
        write(ONE, 0);
        turn();

        consumer.seek(ONE, 3);
        assertThat(turn()).containsExactly("events-1 [] next 3");
        assertThat(turn()).isEmpty();

        write(ONE, 3);
        assertThat(turn()).containsExactly("events-1 [3] next 4");
        assertThat(turn()).as("the records told it already").isEmpty();
    }

    @Test
    void aBusyPartitionDoesNotKeepAnIdleOneBehindItsMarkers() throws Exception {
        join(ONE, TWO);
        handler.take();
        consumer.seek(ONE, 3);
        write(TWO, 0);
        assertThat(turn()).as("within the second").containsExactly("events-2 [0] next 1");
        clock.advance(Duration.ofSeconds(1));
        write(TWO, 1);
        assertThat(turn()).containsExactly("events-2 [1] next 2", "events-1 [] next 3");
    }

    @Test
    void aPartitionWithTooMuchUnsettledIsPausedUntilHalfIsSettled() throws Exception {
        join(ONE, TWO);
        handler.take();
        write(ONE, 0, 1, 2, 3);
        turn();
        write(ONE, 4);
        write(TWO, 0);

        assertThat(turn()).as("only the other partition").containsExactly("events-2 [0] next 1");
        assertThat(consumer.paused()).containsExactly(ONE);
        PartitionAssignment one = handler.assignments.get(ONE);
        one.release(10);
        one.release(10);
        assertThat(turn()).noneMatch(call -> call.contains("[4]"));
        one.release(10);

        assertThat(turn()).containsExactly("events-1 [4] next 5");
    }

    @Test
    void nothingIsReadWhileCommitsAreBackedUp() throws Exception {
        join(ONE);
        handler.take();
        write(ONE, 0);
        isBackedUp = true;

        assertThat(turn()).noneMatch(call -> call.contains("[0]"));
        isBackedUp = false;
        assertThat(turn()).containsExactly("events-1 [0] next 1");
    }

    @Test
    void aRecordThatWaitsForItsSchemaStopsItsPartitionAndIsReadAgain() throws Exception {
        join(ONE, TWO);
        handler.take();
        unknownSchemas.add(1L);
        write(ONE, 0, 1, 2);
        write(TWO, 0);

        assertThat(turn()).containsExactlyInAnyOrder("events-1 [0] next 1", "events-2 [0] next 1");
        assertThat(failing()).containsExactly("events-schema");
        assertThat(loop.waitingForSchema()).isEqualTo(1);
        assertThat(consumer.position(ONE)).isEqualTo(1);

        unknownSchemas.clear();
        write(ONE, 1, 2);
        assertThat(turn()).as("not yet").isEmpty();
        clock.advance(Duration.ofMillis(1_001));
        assertThat(turn()).containsExactly("events-1 [1, 2] next 3");
        assertThat(failing()).isEmpty();
    }

    @Test
    void idsFromBeforeTheTakeoverAreReadBackAndTheirRecordsAreNotHandedOver() throws Exception {
        loop = newLoop(REMEMBERS);
        commit(ONE, 3, "k1:writer:1:~3");
        join(ONE);
        assertThat(consumer.position(ONE)).isZero();
        handler.take();
        events.put(4L, decoded(1));

        assertThat(turn()).as("no position is told while ids are read back").isEmpty();
        write(ONE, 0, 1, 2);
        assertThat(turn()).isEmpty();
        assertThat(consumer.position(ONE)).isEqualTo(2 + 1);
        write(ONE, 3, 4);

        assertThat(turn()).containsExactly("events-1 [3, 4 duplicate] next 5");
        assertThat(handler.assignments.get(ONE).lowestRememberedId()).isZero();
    }

    private Event decoded(long offset) {
        return events.computeIfAbsent(offset, o -> Samples.event("job", o.intValue()));
    }

    @Test
    void aDuplicateIdOnTheSamePartitionIsRecognised() throws Exception {
        loop = newLoop(REMEMBERS);
        join(ONE);
        handler.take();
        events.put(1L, decoded(0));
        write(ONE, 0, 1, 2);

        assertThat(turn()).containsExactly("events-1 [0, 1 duplicate, 2] next 3");
    }

    @Test
    void revokedPartitionsAreHandedOverAndTheirRecordsGoNoFurther() throws Exception {
        join(ONE, TWO);
        handler.take();

        consumer.rebalance(List.of(TWO));

        assertThat(handler.take()).startsWith("hand over [events-1]");
        write(TWO, 0);
        assertThat(turn()).containsExactly("events-2 [0] next 1");
    }

    @Test
    void aPartitionThatComesBackIsAnotherAssignment() throws Exception {
        join(ONE, TWO);
        PartitionAssignment before = handler.assignments.get(ONE);
        consumer.rebalance(List.of(TWO));
        commit(ONE, 5, "");
        handler.take();

        consumer.rebalance(List.of(ONE, TWO));

        assertThat(handler.take()).containsExactly("group 1", "assigned events-1");
        assertThat(handler.assignments.get(ONE)).isNotSameAs(before);
        assertThat(handler.assignments.get(ONE).offsets.base()).isEqualTo(5);
    }

    @Test
    void lostPartitionsAreToldAsLost() throws Exception {
        join(ONE, TWO);
        handler.take();

        loop.onPartitionsLost(List.of(ONE));

        assertThat(handler.take()).containsExactly("lost [events-1]");
        write(ONE, 0);
        assertThat(turn()).noneMatch(call -> call.contains("events-1"));
    }

    @Test
    void aTakeoverWaitsForTheCommittedOffsets() throws Exception {
        consumer.timeouts = 2;
        commit(ONE, 7, "");

        join(ONE);

        assertThat(consumer.timeouts).isZero();
        assertThat(handler.assignments.get(ONE).offsets.base()).isEqualTo(7);
        assertThat(failing()).isEmpty();
    }

    @Test
    void aNewGenerationIsToldBeforeTheRecordsOfItsPoll() throws Exception {
        join(ONE);
        handler.take();
        write(ONE, 0);
        consumer.generation = 2;

        assertThat(turn()).containsExactly("group 2", "events-1 [0] next 1");
        assertThat(turn()).isEmpty();
    }

    @Test
    void anErrorThatTryingAgainMendsDoesNotEndTheLoop() throws Exception {
        join(ONE);
        handler.take();
        for (KafkaException error : List.of(new StaleMemberEpochException("old"), new RetriableException("busy") {})) {
            consumer.setPollException(error);
            assertThat(turn()).isEmpty();
        }
        write(ONE, 0);

        assertThat(turn()).containsExactly("events-1 [0] next 1");
        assertThat(failures).isEmpty();
    }

    @Test
    void anyOtherErrorEndsTheWorker() {
        KafkaException error = new KafkaException("not authorised");
        consumer.setPollException(error);

        loop.run();

        assertThat(failures).containsExactly(error);
        assertThat(consumer.closed()).isTrue();
        assertThat(handler.calls).noneMatch(call -> call.startsWith("hand over"));
    }

    @Test
    void stoppingHandsEveryPartitionOverAndLeavesTheGroup() {
        consumer.schedulePollTask(() -> {
            consumer.updateBeginningOffsets(Map.of(ONE, 0L));
            consumer.rebalance(List.of(ONE));
        });
        consumer.schedulePollTask(loop::stop);

        loop.run();

        assertThat(handler.take()).endsWith("hand over [events-1]");
        assertThat(consumer.closed()).isTrue();
        assertThat(failures).isEmpty();
    }
}
