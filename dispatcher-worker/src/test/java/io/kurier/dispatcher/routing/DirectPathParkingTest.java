package io.kurier.dispatcher.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.dispatcher.Samples;
import io.kurier.dispatcher.ScriptedSender;
import io.kurier.dispatcher.WorkerHarness;
import io.kurier.dispatcher.waiting.WaitReason;
import io.kurier.expressions.Condition;
import io.kurier.model.webhook.DeliveryLimits;
import io.kurier.model.webhook.Throttle;
import io.kurier.model.webhook.Webhook;
import io.kurier.schemas.Delivery;
import io.kurier.schemas.Event;
import io.kurier.schemas.Waiting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** When the direct path leaves deliveries to their webhook's lane, and in which order. */
class DirectPathParkingTest {
    private final Webhook webhook = Samples.webhook(1, "https://one.example.com/");

    private static List<Integer> numbers(List<Delivery> deliveries) {
        return deliveries.stream().map(DirectPathParkingTest::number).toList();
    }

    private static int number(Delivery delivery) {
        String data = new String(delivery.getEvent().getData().array(), java.nio.charset.StandardCharsets.UTF_8);
        return Integer.parseInt(data.replaceAll("\\D", ""));
    }

    private static List<Event> jobs(int count) {
        List<Event> events = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            events.add(Samples.event("job-" + i, i));
        }
        return events;
    }

    private static Event[] array(List<Event> events) {
        return events.toArray(Event[]::new);
    }

    @Test
    void sixteenWaitBehindTheirJobAndTheNextIsParkedBehindThem() {
        WorkerHarness worker = new WorkerHarness();
        worker.register(webhook);
        for (int i = 0; i < 17; i++) {
            worker.publish(Samples.event("job", i));
        }
        worker.advanceMs(100);
        assertThat(worker.waiting(WaitReason.QUEUE)).isEqualTo(16);
        assertThat(worker.log.lanes()).isEmpty();

        worker.publish(Samples.event("job", 17));
        worker.advanceMs(100);

        assertThat(numbers(worker.log.lanes()))
                .containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17);
        assertThat(worker.log.lanes()).allSatisfy(parked -> {
            assertThat(parked.getReason()).isEqualTo(Waiting.PARKED);
            assertThat(parked.getAttempts()).isZero();
        });
        assertThat(worker.waiting().total()).isZero();
        assertThat(worker.sender.inFlight()).hasSize(1);
        assertThat(worker.committed(worker.events(0)))
                .as("the first one is in flight")
                .isZero();
    }

    @Test
    void parkingGoesOnForTenSecondsSoThatNothingOvertakes() {
        WorkerHarness worker = new WorkerHarness();
        worker.register(webhook);
        for (int i = 0; i < 18; i++) {
            worker.publish(Samples.event("job", i));
        }
        worker.sender.answerAll(200);

        worker.advance(Duration.ofMillis(9_990));
        worker.publish(Samples.event("job", 18), Samples.event("another", 19));
        worker.advanceMs(100);

        assertThat(numbers(worker.log.lanes())).endsWith(17, 18, 19);
        assertThat(worker.sender.inFlight()).isEmpty();
        worker.publish(Samples.event("job", 20));
        assertThat(worker.sender.only().body).contains("\"n\":20");
    }

    @Test
    void aFullQueueHoldsItsPartitionBackWhileItIsFast() {
        WorkerHarness worker = new WorkerHarness("KURIER_WEBHOOK_CONCURRENCY", "1", "KURIER_LINE_LENGTH", "2");
        worker.register(webhook);

        worker.publish(array(jobs(5)));
        worker.advanceMs(100);

        assertThat(worker.waiting(WaitReason.QUEUE)).isEqualTo(2);
        assertThat(worker.waiting(WaitReason.BACKPRESSURE)).isEqualTo(2);
        assertThat(worker.log.lanes()).isEmpty();
        worker.sender.only().answer(200);
        worker.turn();
        assertThat(worker.waiting(WaitReason.QUEUE)).isEqualTo(2);
        assertThat(worker.waiting(WaitReason.BACKPRESSURE)).isEqualTo(1);
        worker.sender.answerEachTurn(200);
        worker.advanceMs(200);
        assertThat(worker.sender.all()).hasSize(5);
        assertThat(worker.committed(worker.events(0))).isEqualTo(5);
        assertThat(worker.log.lanes()).isEmpty();
    }

    @Test
    void aFullQueueParksOnceItIsSlow() {
        WorkerHarness worker = new WorkerHarness("KURIER_WEBHOOK_CONCURRENCY", "1", "KURIER_LINE_LENGTH", "2");
        worker.register(webhook);
        worker.publish(array(jobs(5)));

        worker.advanceMs(500);

        assertThat(numbers(worker.log.lanes())).containsExactly(1, 2, 3, 4);
        assertThat(worker.waiting().total()).isZero();
        assertThat(worker.sender.inFlight()).hasSize(1);
    }

    @Test
    void aQueueWhoseEstimatedWaitIsTooLongParksAlthoughItHasRoom() {
        WorkerHarness worker = new WorkerHarness("KURIER_WEBHOOK_CONCURRENCY", "1");
        worker.register(webhook);
        worker.publish(array(jobs(2)));
        worker.advanceMs(2_490);
        assertThat(worker.log.lanes()).isEmpty();

        worker.advanceMs(20);
        worker.publish(Samples.event("late", 9));
        worker.advanceMs(100);

        assertThat(numbers(worker.log.lanes()))
                .as("two turns of 2.5 s are above 5 s")
                .containsExactly(1, 9);
    }

    @Test
    void aWebhookWithExactLimitsGetsEverythingByItsLane() {
        WorkerHarness worker = new WorkerHarness();
        worker.register(Samples.paced(1, "https://one.example.com/", new DeliveryLimits(1, null)));
        Webhook free = worker.register(Samples.webhook(2, "https://two.example.com/"));

        worker.publish(Samples.event("job", 5));
        worker.advanceMs(100);

        assertThat(worker.sender.only().webhookId).isEqualTo(free.id());
        assertThat(worker.log.lanes()).singleElement().satisfies(parked -> {
            assertThat(parked.getWebhookId()).isEqualTo(webhook.id());
            assertThat(parked.getReason()).isEqualTo(Waiting.PARKED);
        });
    }

    @Test
    void exactLimitsGivenLaterParkWaitingDeliveries() {
        WorkerHarness worker = new WorkerHarness("KURIER_WEBHOOK_CONCURRENCY", "1");
        worker.register(webhook);
        worker.publish(array(jobs(3)));

        worker.register(
                webhook.with().nextRevision().pace(new DeliveryLimits(1, null)).build());
        worker.advanceMs(100);

        assertThat(numbers(worker.log.lanes())).containsExactly(1, 2);
        worker.sender.answerAll(200);
        assertThat(worker.sender.all()).hasSize(1);
    }

    @Test
    void fiveAttemptsWithoutAnAnswerLeaveTheWebhookToItsLaneForHalfAMinute() {
        WorkerHarness worker = new WorkerHarness("KURIER_WEBHOOK_CONCURRENCY", "5");
        worker.register(webhook);
        worker.publish(array(jobs(7)));

        worker.sender.inFlight().subList(0, 4).forEach(request -> request.fail("timeout"));
        assertThat(worker.log.lanes()).isEmpty();
        worker.sender.inFlight().get(0).fail("timeout");
        worker.advanceMs(100);

        assertThat(worker.sender.inFlight()).as("those that started meanwhile").hasSize(2);
        worker.sender.answerAll(200);
        worker.publish(Samples.event("new", 8));
        worker.advance(Duration.ofMillis(29_890));
        worker.publish(Samples.event("new", 9));
        worker.advanceMs(100);
        assertThat(numbers(worker.log.lanes())).containsExactly(8, 9);
        assertThat(worker.log.circuit(webhook.id()))
                .as("only the lane owns the circuit")
                .isNull();
        worker.publish(Samples.event("new", 10));
        assertThat(worker.sender.inFlight()).hasSize(1);
    }

    @Test
    void anOpeningCircuitParksWaitingDeliveries() {
        WorkerHarness worker = new WorkerHarness("KURIER_WEBHOOK_CONCURRENCY", "1", "KURIER_CIRCUIT_UNANSWERED", "1");
        worker.register(webhook);
        worker.publish(array(jobs(3)));

        worker.sender.only().fail("connect");
        worker.advanceMs(100);

        assertThat(worker.sender.inFlight()).isEmpty();
        assertThat(numbers(worker.log.lanes())).containsExactly(1, 2);
        assertThat(worker.count("kurier.circuit.openings")).isEqualTo(1);
    }

    @Test
    void aTenantThatUsedUpItsExpressionTimeHasItsEventsParkedUnjudged() {
        WorkerHarness worker = new WorkerHarness();
        worker.register(
                webhook,
                event -> {
                    worker.clock.advance(Duration.ofMillis(30));
                    return new Condition.Result.Value(true);
                },
                null);
        worker.publish(Samples.event("a", 0));
        ScriptedSender.Request judged = worker.sender.only();

        worker.publish(Samples.event("b", 1));
        worker.advanceMs(100);

        assertThat(worker.sender.inFlight()).containsExactly(judged);
        assertThat(worker.log.lanes()).singleElement().satisfies(parked -> {
            assertThat(number(parked)).isEqualTo(1);
            assertThat(parked.getUnjudged()).isTrue();
        });
    }

    @Test
    void aThrottledEventThatWaitsIsParkedBeforeALaterEventOfItsJob() {
        WorkerHarness worker = new WorkerHarness();
        AtomicReference<Duration> evaluation = new AtomicReference<>(Duration.ZERO);
        worker.register(
                Samples.throttled(
                        1, "https://one.example.com/", new Throttle(Map.of("job.progress", Duration.ofSeconds(10)))),
                event -> {
                    worker.clock.advance(evaluation.get());
                    return new Condition.Result.Value(true);
                },
                null);
        worker.publish(Samples.event("job", 0), Samples.event("job", 1));
        evaluation.set(Duration.ofMillis(30));
        worker.publish(Samples.event("slow", 2));
        assertThat(worker.waiting(WaitReason.THROTTLE)).isEqualTo(1);

        worker.publish(Samples.event("job", 3));
        worker.advanceMs(100);

        assertThat(numbers(worker.log.lanes())).containsExactly(1, 3);
        assertThat(worker.waiting().total()).isZero();
    }
}
