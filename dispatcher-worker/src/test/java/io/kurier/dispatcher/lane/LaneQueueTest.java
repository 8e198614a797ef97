package io.kurier.dispatcher.lane;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.dispatcher.DispatchLoop;
import io.kurier.dispatcher.Samples;
import io.kurier.dispatcher.delivery.PendingDelivery;
import io.kurier.dispatcher.offsets.PartitionAssignment;
import io.kurier.model.webhook.DeliveryLimits;
import io.kurier.model.webhook.RateLimit;
import io.kurier.sender.AttemptResult;
import io.kurier.testkit.ManualProcessClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LaneQueueTest {
    private static final DeliveryLimits TWO_A_SECOND = new DeliveryLimits(0, new RateLimit(2, Duration.ofSeconds(1)));
    private static final WebhookQueue.Listener<LaneQueue> PASSIVE = new WebhookQueue.Listener<>() {
        @Override
        public void circuitOpened(LaneQueue queue, long nowMs) {}

        @Override
        public void overExpressionBudget(LaneQueue queue, long nowMs) {}
    };

    private final ManualProcessClock clock = new ManualProcessClock();
    private final PartitionAssignment assignment = Samples.assignment();
    private final LaneQueue queue = new LaneQueue(
            "wh_1",
            null,
            new WebhookQueue.Setup(
                    4,
                    Samples.config("KURIER_CIRCUIT_UNANSWERED", "1").circuits(),
                    new PauseTolerantClock(clock::nanoTime, DispatchLoop.TURN)),
            PASSIVE);
    private long offset;

    private void add(int deliveries) {
        for (int i = 0; i < deliveries; i++) {
            queue.add(Samples.first(assignment, offset++, Samples.event("job-" + offset, 0)));
        }
    }

    private int take(long nowMs) {
        int taken = 0;
        for (PendingDelivery next = queue.take(true, nowMs); next != null; next = queue.take(true, nowMs)) {
            queue.attemptEnded(next, 1, 0);
            taken++;
        }
        return taken;
    }

    @ParameterizedTest(name = "a webhook''s limit of {0}: {1} at once")
    @CsvSource({"0, 4", "1, 1", "3, 3", "100, 4"})
    void theWebhooksConcurrencyHoldsUpToTheWorkersOwn(int maxInFlight, int expected) {
        queue.apply(new DeliveryLimits(maxInFlight, null), 0);
        add(10);

        int taken = 0;
        while (queue.take(true, 0) != null) {
            taken++;
        }

        assertThat(taken).isEqualTo(expected);
    }

    @Test
    void theRateLimitHoldsOverAnyWindow() {
        queue.apply(TWO_A_SECOND, -10_000);
        add(10);

        assertThat(take(0)).isEqualTo(2);
        assertThat(take(999)).isZero();
        assertThat(queue.pauseMs(999)).isEqualTo(1);
        assertThat(take(1_000)).isEqualTo(2);
    }

    @Test
    void aDeliveryThatIsNotAttemptedUsesNoneOfTheRate() {
        queue.apply(new DeliveryLimits(0, new RateLimit(1, Duration.ofSeconds(1))), -10_000);
        add(2);
        PendingDelivery expired = queue.take(true, 0);

        queue.notAttempted(expired);

        assertThat(queue.take(true, 0)).isNotNull();
        assertThat(queue.pauseMs(0)).isEqualTo(1_000);
    }

    @Test
    void afterATakeoverTheRateCountsAttemptsThatTheFormerOwnerMayHaveStarted() {
        assertThat(queue.takeOver(assignment, TWO_A_SECOND, 2_000)).isTrue();
        add(10);

        assertThat(take(2_499)).isZero();
        assertThat(take(2_500)).isEqualTo(1);
        assertThat(take(2_999)).isZero();
        assertThat(take(3_000)).isEqualTo(1);
    }

    @Test
    void aTakeoverForgetsStateThatAnotherOwnerMayHaveChanged() {
        queue.takeOver(assignment, TWO_A_SECOND, -10_000);
        queue.circuit().ended(AttemptResult.failed("timeout", null), false, 0, 0);
        queue.postpone(0);
        assertThat(queue.postponedForMs(0)).isPositive();
        CircuitBreaker before = queue.circuit();

        assertThat(queue.takeOver(assignment, TWO_A_SECOND, 0))
                .as("the same assignment")
                .isFalse();
        assertThat(queue.circuit()).isSameAs(before);
        assertThat(queue.takeOver(Samples.assignment(), TWO_A_SECOND, 0)).isTrue();

        assertThat(queue.circuit().state(0)).isEqualTo(CircuitBreaker.State.CLOSED);
        assertThat(queue.postponedForMs(0)).isZero();
    }

    @Test
    void anUnchangedRateKeepsItsWindowAndAnotherOneStartsANewWindow() {
        queue.apply(TWO_A_SECOND, -10_000);
        add(10);
        take(0);

        queue.apply(new DeliveryLimits(3, TWO_A_SECOND.rate()), 0);
        assertThat(queue.pauseMs(0)).isEqualTo(1_000);
        queue.apply(new DeliveryLimits(0, new RateLimit(4, Duration.ofSeconds(1))), 0);
        assertThat(queue.pauseMs(0)).isEqualTo(250);
        queue.apply(DeliveryLimits.FREE, 0);
        assertThat(queue.pauseMs(0)).isZero();
    }

    @Test
    void withARateLimitPostponedDeliveriesComeBackOneAfterAnother() {
        queue.apply(TWO_A_SECOND, -10_000);
        add(4);
        take(0);

        long first = queue.postpone(0);
        long second = queue.postpone(0);

        assertThat(first).isGreaterThanOrEqualTo(2_000);
        assertThat(second - first).isEqualTo(500);
        assertThat(queue.postponedForMs(0)).isEqualTo(second);
        assertThat(queue.postponedForMs(second + 1)).isZero();
    }

    @Test
    void withAnOpenCircuitPostponedDeliveriesComeBackAfterItsPause() {
        queue.circuit().ended(AttemptResult.failed("timeout", null), false, 0, 0);

        long first = queue.postpone(0);
        long second = queue.postpone(0);

        assertThat(first).isEqualTo(5_001);
        assertThat(second).isEqualTo(5_002);
    }

    @Test
    void withoutALimitAPostponedDeliveryComesBackAfterTheEstimatedWait() {
        assertThat(queue.postpone(7)).isEqualTo(7);
        assertThat(queue.postponedForMs(7)).isZero();
    }

    @Test
    void aQueueIsIdleOnlyOnceItsRateWindowIsFreeAndNothingIsPostponed() {
        queue.apply(TWO_A_SECOND, -10_000);
        add(1);
        take(0);

        assertThat(queue.isIdle(999)).isFalse();
        assertThat(queue.isIdle(1_000)).isTrue();
        queue.postpone(1_000);
        assertThat(queue.isIdle(1_000)).isFalse();
    }
}
