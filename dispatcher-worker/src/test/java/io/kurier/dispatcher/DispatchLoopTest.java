package io.kurier.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.dispatcher.intake.DecodedRecord;
import io.kurier.dispatcher.waiting.WaitReason;
import io.kurier.model.webhook.Throttle;
import io.kurier.model.webhook.Webhook;
import io.kurier.schemas.Delivery;
import io.kurier.schemas.Event;
import io.kurier.schemas.Outcome;
import io.kurier.schemas.Waiting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class DispatchLoopTest {
    private final Webhook webhook = Samples.webhook(1, "https://one.example.com/");

    private static Event[] jobs(String prefix, int count) {
        List<Event> events = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            events.add(Samples.event(prefix + i, i));
        }
        return events.toArray(Event[]::new);
    }

    @Test
    void anUnreadableRecordGoesToQuarantineAndTheNextOneIsDelivered() {
        WorkerHarness worker = new WorkerHarness();
        worker.register(webhook);
        TestPartition partition = worker.events(0);
        ConsumerRecord<byte[], byte[]> garbage = new ConsumerRecord<>("events", 0, 0, null, new byte[] {1, 2});

        worker.append(
                partition,
                List.of(
                        new DecodedRecord.Unreadable(garbage, "not Avro"),
                        new DecodedRecord.OfEvent(1, 1, Samples.event("a", 1), null)));
        worker.sender.answerAll(200);
        worker.advanceMs(100);

        assertThat(worker.log.read("quarantine")).singleElement().satisfies(kept -> assertThat(kept.value())
                .containsExactly(1, 2));
        assertThat(worker.log.outcomes()).containsExactly(Outcome.DELIVERED);
        assertThat(worker.committed(partition)).isEqualTo(2);
    }

    @Test
    void aDuplicateIsCountedAndSettledWithoutADelivery() {
        WorkerHarness worker = new WorkerHarness();
        worker.register(webhook);

        worker.append(worker.events(0), List.of(new DecodedRecord.Duplicate(0, 1)));
        worker.advanceMs(100);

        assertThat(worker.sender.all()).isEmpty();
        assertThat(worker.log.outcomes()).isEmpty();
        assertThat(worker.count("kurier.events.repeated")).isEqualTo(1);
        assertThat(worker.committed(worker.events(0))).isEqualTo(1);
    }

    @Test
    void partitionsTakeTurnsWhenThereIsRoomForOneMore() {
        WorkerHarness worker = new WorkerHarness("KURIER_WEBHOOK_CONCURRENCY", "1", "KURIER_LINE_LENGTH", "1");
        worker.register(webhook);
        worker.publish(worker.events(0), jobs("zero-", 5));
        worker.publish(worker.events(1), jobs("one-", 2));
        worker.sender.answerEachTurn(200);

        worker.advanceMs(100);

        List<String> jobs = worker.sender.bodies().stream()
                .map(body -> body.replaceAll(".*\"job_id\":\"([^\"]*)\".*", "$1"))
                .toList();
        assertThat(jobs).startsWith("zero-0", "zero-1");
        assertThat(jobs.subList(2, 6)).containsExactly("zero-2", "one-0", "zero-3", "one-1");
    }

    @Test
    void recordsThatArriveForAnAssignmentThatEndedAreIgnored() {
        WorkerHarness worker = new WorkerHarness();
        worker.register(webhook);
        TestPartition partition = worker.events(0);
        worker.lose(partition);

        worker.publish(partition, Samples.event("a", 1));
        worker.advanceMs(100);

        assertThat(worker.sender.all()).isEmpty();
        assertThat(worker.log.batches()).isEmpty();
    }

    @Test
    void aHandoverWaitsForAttemptsInFlightAndCommitsThem() {
        WorkerHarness worker = new WorkerHarness("KURIER_WEBHOOK_CONCURRENCY", "1", "KURIER_COMMIT_INTERVAL", "10s");
        worker.register(webhook);
        worker.publish(Samples.event("committed before", 0));
        worker.sender.answerAll(200);
        worker.advanceMs(100);
        worker.publish(jobs("job-", 3));

        CompletableFuture<Void> done = worker.handOver(worker.events(0));
        worker.advanceMs(500);
        assertThat(done).isNotDone();
        worker.sender.only().answer(200);
        worker.turn();

        worker.turn();
        assertThat(done).isCompleted();
        assertThat(worker.sender.all())
                .as("waiting deliveries are left to the next owner")
                .hasSize(2);
        assertThat(worker.log.outcomes()).containsExactly(Outcome.DELIVERED, Outcome.DELIVERED);
        assertThat(worker.committed(worker.events(0))).isEqualTo(2);
    }

    @Test
    void aHandoverDoesNotWaitForAHangingAttemptLongerThanTheDrainTimeout() {
        WorkerHarness worker = new WorkerHarness("KURIER_DRAIN_TIMEOUT", "2s");
        worker.register(webhook);
        worker.publish(Samples.event("hangs", 0), Samples.event("ends", 1));
        ScriptedSender.Request hangs = worker.sender.inFlight().get(0);

        CompletableFuture<Void> done = worker.handOver(worker.events(0));
        worker.sender.inFlight().get(1).answer(200);
        worker.advanceMs(1_990);
        assertThat(done).isNotDone();
        worker.advanceMs(30);

        assertThat(done).isCompleted();
        assertThat(worker.committed(worker.events(0)))
                .as("the hanging one is open")
                .isZero();
        hangs.answer(200);
        worker.advanceMs(200);
        assertThat(worker.log.outcomes()).as("its result came too late").containsExactly(Outcome.DELIVERED);
        assertThat(worker.count("kurier.outcomes.dropped")).isEqualTo(1);
    }

    @Test
    void recordsOfAPartitionThatIsHandedOverAreNotSettledAnyMore() {
        WorkerHarness worker = new WorkerHarness("KURIER_WEBHOOK_CONCURRENCY", "1", "KURIER_LINE_LENGTH", "1");
        worker.register(webhook);
        worker.publish(jobs("job-", 4));
        assertThat(worker.waiting(WaitReason.BACKPRESSURE)).isEqualTo(2);

        worker.handOver(worker.events(0));
        worker.pause(webhook);
        worker.publish(Samples.event("arrives late", 9));
        worker.advanceMs(500);

        assertThat(worker.counted("held")).isZero();
        assertThat(worker.waiting(WaitReason.BACKPRESSURE)).isZero();
        assertThat(worker.log.batches()).isEmpty();
    }

    @Test
    void aHandoverWaitsForItsCommit() {
        WorkerHarness worker = new WorkerHarness();
        worker.register(webhook);
        worker.publish(Samples.event("a", 0));
        worker.sender.answerAll(200);
        worker.kafkaHangs();

        CompletableFuture<Void> done = worker.handOver(worker.events(0));
        worker.advanceMs(5_000);
        assertThat(done).isNotDone();
        worker.kafkaIsBack();
        worker.turn();

        assertThat(done).isCompleted();
        assertThat(worker.committed(worker.events(0))).isEqualTo(1);
    }

    @Test
    void aHandoverDropsWaitingDeliveriesOfItsPartitionAndNoOthers() {
        WorkerHarness worker = new WorkerHarness("KURIER_WEBHOOK_CONCURRENCY", "1", "KURIER_LINE_LENGTH", "2");
        worker.register(webhook);
        worker.register(Samples.throttled(
                2, "https://two.example.com/", new Throttle(Map.of("job.progress", Duration.ofSeconds(1)))));
        worker.publish(worker.events(0), jobs("zero-", 4));
        worker.publish(worker.events(1), Samples.event("one", 1));

        worker.handOver(worker.events(0));
        worker.sender.answerEachTurn(200);
        worker.advance(Duration.ofSeconds(2));

        List<String> ofPartitionOne = worker.sender.bodies().stream()
                .filter(body -> body.contains("\"one\""))
                .toList();
        assertThat(ofPartitionOne).as("to both webhooks").hasSize(2);
        assertThat(worker.waiting().total()).isZero();
        assertThat(worker.committed(worker.events(1))).isEqualTo(1);
    }

    @Test
    void aLostPartitionSendsAndCommitsNothingMore() {
        WorkerHarness worker = new WorkerHarness("KURIER_WEBHOOK_CONCURRENCY", "1");
        worker.register(webhook);
        worker.publish(jobs("job-", 3));
        worker.lose(worker.events(0));

        worker.sender.only().answer(200);
        worker.advance(Duration.ofSeconds(1));

        assertThat(worker.sender.all()).hasSize(1);
        assertThat(worker.log.batches()).isEmpty();
        assertThat(worker.uncommitted()).isZero();
    }

    @Test
    void aLostLaneLeavesItsTimerAndItsQueueToTheNextOwner() {
        WorkerHarness worker = new WorkerHarness("KURIER_WEBHOOK_CONCURRENCY", "1");
        worker.register(webhook);
        worker.toLane(
                Samples.delivery(Samples.event("a", 0), Waiting.PARKED, 0),
                Samples.delivery(Samples.event("b", 1), Waiting.PARKED, 0),
                Samples.delivery(Samples.event("c", 2), Waiting.RETRY, worker.clock.millis() + 500));
        worker.lose(worker.lanes(0));

        worker.sender.only().answer(200);
        worker.advance(Duration.ofSeconds(1));

        assertThat(worker.sender.all()).hasSize(1);
        assertThat(worker.log.batches()).isEmpty();
        assertThat(worker.waiting().total()).isZero();
    }

    @Test
    void theNextOwnerRepeatsOnlyUnsettledDeliveries() {
        WorkerHarness crashed = new WorkerHarness();
        Webhook second = Samples.webhook(2, "https://two.example.com/");
        crashed.register(webhook);
        crashed.register(second);
        crashed.publish(jobs("job-", 3));
        List<ScriptedSender.Request> sent = crashed.sender.inFlight();
        crashed.sender.inFlight(webhook.id()).get(0).answer(200);
        crashed.sender.inFlight().stream()
                .filter(request -> request.body.contains("job-1"))
                .forEach(request -> request.answer(200));
        crashed.advanceMs(200);
        assertThat(crashed.committed(crashed.events(0))).isZero();

        WorkerHarness next = crashed.successor();
        next.register(webhook);
        next.register(second);
        next.takeOver(next.events(0));

        assertThat(next.sender.inFlight())
                .extracting(request -> request.deliveryId)
                .containsExactly(sent.get(1).deliveryId, sent.get(4).deliveryId, sent.get(5).deliveryId);
        next.sender.answerAll(200);
        next.advanceMs(100);
        assertThat(next.committed(next.events(0))).isEqualTo(3);
    }

    @Test
    void theNextOwnerRepeatsAnAttemptWhoseOutcomeWasNotCommitted() {
        WorkerHarness crashed = new WorkerHarness();
        crashed.register(webhook);
        crashed.kafkaHangs();
        crashed.publish(Samples.event("a", 0));
        crashed.sender.answerAll(200);
        crashed.advanceMs(500);

        WorkerHarness next = crashed.successor();
        next.register(webhook);
        next.takeOver(next.events(0));

        assertThat(next.sender.only().deliveryId).isEqualTo(crashed.sender.all().get(0).deliveryId);
    }

    @Test
    void anAbortedCommitIsWrittenAgainAndNothingIsAttemptedAgain() {
        WorkerHarness worker = new WorkerHarness();
        worker.register(webhook);
        worker.publish(Samples.event("a", 0));
        worker.log.abortNext(3);
        worker.sender.only().answer(200);

        worker.advanceMs(600);

        assertThat(worker.log.batches()).hasSize(4);
        assertThat(worker.log.outcomes()).containsExactly(Outcome.DELIVERED);
        assertThat(worker.sender.all()).hasSize(1);
        assertThat(worker.committed(worker.events(0))).isEqualTo(1);
        assertThat(worker.uncommitted()).isZero();
    }

    @Test
    void aChangeWithTheSameRevisionIsNoChange() {
        WorkerHarness worker = new WorkerHarness("KURIER_CIRCUIT_UNANSWERED", "1");
        worker.register(webhook);
        worker.toLane(Samples.delivery(Samples.event("a", 0), Waiting.PARKED, 0));
        worker.sender.only().fail("timeout");

        worker.register(webhook);
        worker.toLane(Samples.delivery(Samples.event("b", 1), Waiting.PARKED, 0));
        assertThat(worker.sender.inFlight()).as("its circuit stays open").isEmpty();
        worker.register(webhook.with().nextRevision().build());
        worker.toLane(Samples.delivery(Samples.event("c", 2), Waiting.PARKED, 0));
        assertThat(worker.sender.inFlight()).hasSize(1);
    }

    @Test
    void countsAreAsOfTheLastSecond() {
        WorkerHarness worker = new WorkerHarness("KURIER_WEBHOOK_CONCURRENCY", "1", "KURIER_CIRCUIT_UNANSWERED", "1");
        worker.register(webhook);
        worker.publish(jobs("job-", 2));
        assertThat(worker.loop.waiting().total()).isZero();

        worker.advance(Duration.ofSeconds(1));
        assertThat(worker.loop.waiting().of(WaitReason.QUEUE)).isEqualTo(1);
        assertThat(worker.loop.openCircuits()).isZero();
        worker.sender.only().fail("timeout");
        worker.advance(Duration.ofSeconds(1));

        assertThat(worker.loop.waiting().total()).isZero();
        assertThat(worker.loop.openCircuits()).isEqualTo(1);
    }

    @Test
    void theSenderIsAskedToEndLateRequestsTenTimesASecond() {
        WorkerHarness worker = new WorkerHarness();

        worker.advance(Duration.ofSeconds(2));

        assertThat(worker.sender.expirations()).isEqualTo(20);
    }

    @Test
    void manyUncommittedOutcomesStopReading() {
        WorkerHarness worker = new WorkerHarness();
        worker.kafkaHangs();
        for (int i = 0; i < 200; i++) {
            worker.toLane(parked(100));
        }
        worker.advanceMs(100);
        assertThat(worker.loop.isBackedUp()).isFalse();

        worker.toLane(parked(1));
        assertThat(worker.loop.isBackedUp()).isTrue();
        worker.kafkaIsBack();
        worker.advanceMs(300);
        assertThat(worker.loop.isBackedUp()).isFalse();
    }

    private static Delivery[] parked(int count) {
        Delivery[] all = new Delivery[count];
        for (int i = 0; i < count; i++) {
            all[i] = Samples.delivery(Samples.event("job-" + i, i), Waiting.PARKED, 0);
        }
        return all;
    }
}
