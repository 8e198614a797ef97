package io.kurier.dispatcher.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.dispatcher.Samples;
import io.kurier.dispatcher.lane.WebhookQueue;
import io.kurier.dispatcher.waiting.WaitReason;
import io.kurier.sender.AttemptResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BlockedQueuesTest {
    private final BlockedQueues blocked = new BlockedQueues();

    private WebhookQueue block(String id, WaitReason reason) {
        WebhookQueue queue = Samples.queue(id, 4);
        queue.waitsFor(reason);
        blocked.add(queue, reason);
        return queue;
    }

    @Test
    void queuesThatWaitForTheWorkerTakeTurnsInTheOrderInWhichTheyCame() {
        WebhookQueue first = block("wh_1", WaitReason.WORKER_CONCURRENCY);
        WebhookQueue second = block("wh_2", WaitReason.WORKER_CONCURRENCY);

        assertThat(blocked.takeNextForWorker()).isSameAs(first);
        blocked.add(first, WaitReason.WORKER_CONCURRENCY);

        assertThat(blocked.takeNextForWorker()).isSameAs(second);
        assertThat(blocked.takeNextForWorker()).isSameAs(first);
        assertThat(blocked.takeNextForWorker()).isNull();
    }

    /** Otherwise a queue that gets deliveries all the time would never have its turn. */
    @Test
    void aQueueKeepsItsTurnWhenADeliveryJoinsIt() {
        WebhookQueue busy = block("wh_1", WaitReason.WORKER_CONCURRENCY);
        block("wh_2", WaitReason.WORKER_CONCURRENCY);

        blocked.remove(busy);
        busy.waitsFor(WaitReason.WORKER_CONCURRENCY);
        blocked.add(busy, WaitReason.WORKER_CONCURRENCY);

        assertThat(blocked.takeNextForWorker()).isSameAs(busy);
    }

    @Test
    void aQueueThatWaitsForSomethingElseMeanwhileIsPassedOver() {
        WebhookQueue first = block("wh_1", WaitReason.WORKER_CONCURRENCY);
        WebhookQueue second = block("wh_2", WaitReason.WORKER_CONCURRENCY);

        blocked.remove(first);

        assertThat(first.waitsFor()).isEqualTo(WaitReason.QUEUE);
        assertThat(blocked.takeNextForWorker()).isSameAs(second);
    }

    @Test
    void eachReasonHasItsOwnSet() {
        WebhookQueue stale = block("wh_1", WaitReason.STALE_TABLES);

        assertThat(blocked.byStaleTables()).containsExactly(stale);
        assertThat(blocked.takeNextForWorker()).isNull();
        assertThat(blocked.resumable(0)).isEmpty();
    }

    @Test
    void aQueueBehindItsCircuitResumesOnceThePauseIsOver() {
        WebhookQueue queue = block("wh_1", WaitReason.CIRCUIT);
        for (int i = 0; i < 5; i++) {
            queue.circuit().ended(AttemptResult.failed("timeout", null), false, 0, 1_000);
        }

        assertThat(blocked.resumable(5_999)).isEmpty();
        assertThat(blocked.resumable(6_000)).containsExactly(queue);
        blocked.remove(queue);
        assertThat(blocked.resumable(6_000)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = WaitReason.class,
            names = {"QUEUE", "HOST_CONCURRENCY", "EXPRESSION_BUDGET", "BACKPRESSURE", "DUE_TIME", "THROTTLE"})
    void aQueueThatAnotherPlaceWakesIsNotKept(WaitReason reason) {
        block("wh_1", reason);

        assertThat(blocked.byStaleTables()).isEmpty();
        assertThat(blocked.takeNextForWorker()).isNull();
        assertThat(blocked.resumable(0)).isEmpty();
    }
}
