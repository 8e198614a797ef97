package io.kurier.dispatcher.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.dispatcher.Samples;
import io.kurier.dispatcher.WorkerHarness;
import io.kurier.dispatcher.waiting.WaitReason;
import io.kurier.expressions.Condition;
import io.kurier.model.webhook.DeliveryLimits;
import io.kurier.model.webhook.RateLimit;
import io.kurier.model.webhook.Webhook;
import io.kurier.schemas.CircuitRecord;
import io.kurier.schemas.CircuitWhy;
import io.kurier.schemas.Delivery;
import io.kurier.schemas.Outcome;
import io.kurier.schemas.Waiting;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class LaneRouterTest {
    private static final String URL = "https://one.example.com/";

    private final Webhook webhook = Samples.webhook(1, URL);
    private int jobs;

    private Delivery parked() {
        return Samples.delivery(Samples.event("job-" + jobs, jobs++), Waiting.PARKED, 0);
    }

    private Delivery[] parked(int count) {
        Delivery[] deliveries = new Delivery[count];
        for (int i = 0; i < count; i++) {
            deliveries[i] = parked();
        }
        return deliveries;
    }

    private Delivery retry(int attempts, long dueAtMs) {
        Delivery delivery = Samples.delivery(Samples.event("job-" + jobs, jobs++), Waiting.RETRY, dueAtMs);
        delivery.setAttempts(attempts);
        delivery.setRunAttempts(attempts);
        return delivery;
    }

    private static CircuitRecord open(Webhook webhook, long revision, long sinceMs, long untilMs) {
        return new CircuitRecord(webhook.id(), revision, CircuitWhy.FAILURES, "it failed", sinceMs, untilMs);
    }

    @Test
    void aDueDeliveryIsAttemptedAtOnceWithTheNextAttemptNumber() {
        WorkerHarness worker = new WorkerHarness();
        worker.register(webhook);
        Delivery retry = retry(3, worker.clock.millis());

        worker.toLane(retry);

        assertThat(worker.sender.only().attempt).isEqualTo(4);
        assertThat(worker.sender.only().deliveryId).isEqualTo(retry.getId());
        worker.sender.only().answer(200);
        worker.advanceMs(100);
        assertThat(worker.log.attempts(Outcome.DELIVERED))
                .singleElement()
                .satisfies(attempt -> assertThat(attempt.getAttempt()).isEqualTo(4));
        assertThat(worker.committed(worker.lanes(0))).isEqualTo(1);
    }

    @Test
    void aDeliveryDueWithinTheSmallestTierWaitsHereAndIsNeverEarly() {
        WorkerHarness worker = new WorkerHarness();
        worker.register(webhook);

        worker.toLane(retry(1, worker.clock.millis() + 990));
        worker.advanceMs(980);

        assertThat(worker.sender.all()).isEmpty();
        assertThat(worker.waiting(WaitReason.DUE_TIME)).isEqualTo(1);
        worker.advanceMs(10);
        assertThat(worker.sender.inFlight()).hasSize(1);
        assertThat(worker.waiting(WaitReason.DUE_TIME)).isZero();
        assertThat(worker.log.tiers()).isEmpty();
    }

    @Test
    void aDeliveryDueLaterGoesBackToATierUnchanged() {
        WorkerHarness worker = new WorkerHarness();
        worker.register(webhook);
        Delivery early = retry(2, worker.clock.millis() + 1_000);

        worker.toLane(early);
        worker.advanceMs(100);

        assertThat(worker.log.tier("1s")).containsExactly(early);
        assertThat(worker.counted("returned")).isEqualTo(1);
        assertThat(worker.log.outcomes()).as("its owner need not see it").isEmpty();
        assertThat(worker.sender.all()).isEmpty();
    }

    @Test
    void aFullQueueHoldsTheLaneBackWhileItIsFastAndPostponesOnceItIsSlow() {
        WorkerHarness worker = new WorkerHarness("KURIER_WEBHOOK_CONCURRENCY", "1", "KURIER_LINE_LENGTH", "1");
        worker.register(webhook);

        worker.toLane(parked(3));
        worker.advanceMs(400);

        assertThat(worker.waiting(WaitReason.BACKPRESSURE)).isEqualTo(1);
        assertThat(worker.log.tiers()).isEmpty();
        worker.advanceMs(200);
        assertThat(worker.waiting(WaitReason.BACKPRESSURE)).isZero();
        assertThat(worker.waiting(WaitReason.QUEUE)).isEqualTo(1);
        worker.advanceMs(100);
        assertThat(worker.log.tier("1s")).singleElement().satisfies(postponed -> {
            assertThat(postponed.getReason()).isEqualTo(Waiting.POSTPONED);
            assertThat(postponed.getAttempts()).isZero();
            assertThat(postponed.getDueAtMs()).isGreaterThan(worker.clock.millis());
        });
    }

    @Test
    void anOpenCircuitPostponesWithoutAnAttemptAndIsProbedOnceItsPauseIsOver() {
        WorkerHarness worker = new WorkerHarness("KURIER_CIRCUIT_UNANSWERED", "1", "KURIER_WEBHOOK_CONCURRENCY", "1");
        worker.register(webhook);
        worker.toLane(parked(3));
        long openedAtMs = worker.clock.millis();
        worker.sender.only().fail("connect");
        worker.toLane(parked());
        worker.advanceMs(100);

        assertThat(worker.sender.inFlight()).isEmpty();
        assertThat(worker.log.attempts(Outcome.POSTPONED)).hasSize(3);
        assertThat(worker.log.tiers()).allSatisfy(postponed -> {
            assertThat(postponed.getDueAtMs()).isGreaterThanOrEqualTo(openedAtMs + 5_000);
            assertThat(postponed.getPutOffSinceMs()).isEqualTo(openedAtMs);
            assertThat(postponed.getAttempts()).isZero();
        });
        assertThat(worker.log.circuit(webhook.id()).getUntilMs()).isEqualTo(openedAtMs + 5_000);

        worker.advanceMs(4_900);
        worker.toLane(parked(10));
        worker.advanceMs(100);
        assertThat(worker.sender.inFlight()).as("one probe at a time").hasSize(1);
        assertThat(worker.waiting(WaitReason.QUEUE)).isEqualTo(8);
        assertThat(worker.log.attempts(Outcome.POSTPONED))
                .as("a few wait behind the probe, one more is postponed")
                .hasSize(4);
        worker.sender.only().answer(200);
        worker.advanceMs(100);
        assertThat(worker.log.circuit(webhook.id())).as("closed").isNull();
        assertThat(worker.sender.inFlight()).hasSize(1);
    }

    @Test
    void aFailedProbeDoublesThePause() {
        WorkerHarness worker = new WorkerHarness("KURIER_CIRCUIT_UNANSWERED", "1");
        worker.register(webhook);
        worker.toLane(parked());
        worker.sender.only().fail("connect");
        worker.advanceMs(5_000);
        worker.toLane(parked());

        long probedAtMs = worker.clock.millis();
        worker.sender.only().answer(503);
        worker.advanceMs(100);

        assertThat(worker.log.circuit(webhook.id()).getUntilMs()).isEqualTo(probedAtMs + 10_000);
    }

    @Test
    void aDeliveryThatCircuitsPostponedForTooLongBecomesADeadLetter() {
        WorkerHarness worker = new WorkerHarness("KURIER_CIRCUIT_PATIENCE", "1h");
        worker.register(webhook);
        long nowMs = worker.clock.millis();
        long longAgoMs = nowMs - Duration.ofHours(2).toMillis();
        worker.foundCircuit(open(webhook, 1, longAgoMs, nowMs + 60_000));
        Delivery old = parked();
        old.setPutOffSinceMs(longAgoMs);
        Delivery young = parked();
        young.setPutOffSinceMs(nowMs - Duration.ofMinutes(59).toMillis());

        worker.toLane(old, young);
        worker.advanceMs(100);

        assertThat(worker.log.deadLetters()).singleElement().satisfies(dead -> {
            assertThat(dead.getDeliveryId()).isEqualTo(old.getId());
            assertThat(dead.getEntry().getReason()).isEqualTo("unreachable");
        });
        assertThat(worker.log.tiers()).singleElement().satisfies(postponed -> assertThat(postponed.getId())
                .isEqualTo(young.getId()));
        assertThat(worker.sender.all()).isEmpty();
    }

    @Test
    void aLaneContinuesWithTheCircuitItsFormerOwnerLeft() {
        WorkerHarness worker = new WorkerHarness();
        worker.register(webhook);
        worker.foundCircuit(open(webhook, 1, worker.clock.millis(), worker.clock.millis() + 3_000));

        worker.toLane(parked());
        worker.advanceMs(100);
        assertThat(worker.sender.all()).isEmpty();
        assertThat(worker.log.tiers()).hasSize(1);

        worker.advanceMs(2_900);
        worker.toLane(parked(2));
        assertThat(worker.sender.inFlight()).as("half-open").hasSize(1);
    }

    @Test
    void theCircuitOfAnEarlierRevisionIsNotContinued() {
        WorkerHarness worker = new WorkerHarness();
        worker.register(webhook);
        worker.foundCircuit(open(webhook, 0, worker.clock.millis(), worker.clock.millis() + 3_000));

        worker.toLane(parked(2));

        assertThat(worker.sender.inFlight()).hasSize(2);
    }

    @Test
    void aTakenOverRateLimitAllowsForAttemptsOfTheFormerOwnerUntilItHasDrained() {
        WorkerHarness worker = new WorkerHarness("KURIER_DRAIN_TIMEOUT", "2s");
        worker.register(Samples.paced(1, URL, new DeliveryLimits(0, new RateLimit(1, Duration.ofSeconds(1)))));
        worker.sender.answerEachTurn(200);

        worker.toLane(parked(2));
        worker.advanceMs(2_990);

        assertThat(worker.sender.all()).isEmpty();
        assertThat(worker.waiting(WaitReason.RATE_LIMIT)).isEqualTo(2);
        worker.advanceMs(10);
        assertThat(worker.sender.all()).hasSize(1);
        worker.advanceMs(990);
        assertThat(worker.sender.all()).hasSize(1);
        worker.advanceMs(10);
        assertThat(worker.sender.all()).hasSize(2);
        assertThat(worker.waiting().total()).isZero();
    }

    @Test
    void aNewDeliveryGoesBehindThoseThatWerePostponedBefore() {
        WorkerHarness worker = new WorkerHarness("KURIER_LANE_WORK", "10s", "KURIER_DRAIN_TIMEOUT", "0ms");
        Webhook limited =
                worker.register(Samples.paced(1, URL, new DeliveryLimits(0, new RateLimit(1, Duration.ofSeconds(5)))));
        worker.toLane(parked(6));
        worker.advanceMs(100);
        int postponed = worker.log.attempts(Outcome.POSTPONED).size();
        assertThat(postponed).isPositive().isLessThan(6);
        Webhook paused = worker.pause(limited);
        worker.resume(paused);
        assertThat(worker.waiting().total()).as("what waited is held").isZero();

        worker.toLane(Samples.delivery(Samples.event("back", 1), Waiting.POSTPONED, 0));
        assertThat(worker.waiting(WaitReason.RATE_LIMIT)).isEqualTo(1);
        worker.toLane(parked());
        worker.advanceMs(100);

        assertThat(worker.waiting(WaitReason.RATE_LIMIT))
                .as("it came back for its turn")
                .isEqualTo(1);
        assertThat(worker.log.attempts(Outcome.POSTPONED)).hasSize(postponed + 1);
    }

    @Test
    void theWebhooksOwnConcurrencyIsExactInItsLane() {
        WorkerHarness worker = new WorkerHarness();
        worker.register(Samples.paced(1, URL, new DeliveryLimits(2, null)));

        worker.toLane(parked(5));

        assertThat(worker.sender.inFlight()).hasSize(2);
        worker.sender.inFlight().get(0).answer(200);
        assertThat(worker.sender.inFlight()).hasSize(2);
        assertThat(worker.sender.all()).hasSize(3);
    }

    @Test
    void aDeliveryOfAPausedWebhookIsHeldAndKeepsItsReason() {
        WorkerHarness worker = new WorkerHarness();
        worker.pause(worker.register(webhook));

        worker.toLane(retry(2, 0));
        worker.advanceMs(100);

        assertThat(worker.log.held()).singleElement().satisfies(held -> {
            assertThat(held.getEntry().getDelivery().getReason()).isEqualTo(Waiting.RETRY);
            assertThat(held.getEntry().getDelivery().getAttempts()).isEqualTo(2);
        });
        assertThat(worker.sender.all()).isEmpty();
    }

    @Test
    void aDeliveryOfADeletedWebhookIsDiscarded() {
        WorkerHarness worker = new WorkerHarness();

        worker.toLane(parked());
        worker.advanceMs(100);

        assertThat(worker.log.outcomes()).containsExactly(Outcome.DISCARDED);
        assertThat(worker.committed(worker.lanes(0))).isEqualTo(1);
    }

    @Test
    void behindSpentExpressionTimeEightWaitAndTheOthersArePostponed() {
        WorkerHarness worker = new WorkerHarness();
        worker.register(
                webhook,
                event -> {
                    worker.clock.advance(Duration.ofMillis(100));
                    return new Condition.Result.Value(true);
                },
                null);
        Delivery[] unjudged = parked(12);
        for (Delivery delivery : unjudged) {
            delivery.setUnjudged(true);
        }

        long startMs = worker.clock.millis();
        worker.toLane(unjudged);
        worker.advanceMs(100);

        assertThat(worker.sender.inFlight()).hasSize(1);
        assertThat(worker.waiting(WaitReason.EXPRESSION_BUDGET)).isEqualTo(8);
        assertThat(worker.log.attempts(Outcome.POSTPONED)).hasSize(3);
        List<Long> dues =
                worker.log.tiers().stream().map(Delivery::getDueAtMs).sorted().toList();
        assertThat(dues.get(0)).as("once the tenant has time").isGreaterThan(startMs + 2_000);
        assertThat(dues.get(1) - dues.get(0)).as("each gets a time of its own").isEqualTo(25);
        assertThat(dues.get(2) - dues.get(1)).isEqualTo(25);
        assertThat(worker.log.tiers())
                .allSatisfy(postponed -> assertThat(postponed.getUnjudged()).isTrue());
        worker.sender.answerEachTurn(200);
        worker.advance(Duration.ofSeconds(20));
        assertThat(worker.sender.all())
                .as("each is attempted once there is time")
                .hasSize(9);
        assertThat(worker.waiting().total()).isZero();
    }

    @Test
    void postponingWaitsWhileManyOutcomesOfLanesAreNotCommitted() {
        WorkerHarness worker = new WorkerHarness("KURIER_MAX_OPEN_OFFSETS", "10000");
        worker.register(webhook);
        worker.foundCircuit(open(webhook, 1, worker.clock.millis(), worker.clock.millis() + 60_000));
        worker.kafkaHangs();

        worker.toLane(parked(1_200));
        worker.advanceMs(100);

        assertThat(worker.waiting(WaitReason.BACKPRESSURE)).isEqualTo(1_200 - 1_001);
        worker.kafkaIsBack();
        worker.advanceMs(200);
        assertThat(worker.waiting().total()).isZero();
        assertThat(worker.log.attempts(Outcome.POSTPONED)).hasSize(1_200);
    }
}
