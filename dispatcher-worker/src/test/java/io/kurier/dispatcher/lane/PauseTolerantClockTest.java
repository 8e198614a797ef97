package io.kurier.dispatcher.lane;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.dispatcher.DispatchLoop;
import io.kurier.dispatcher.Samples;
import io.kurier.dispatcher.delivery.PendingDelivery;
import io.kurier.dispatcher.offsets.PartitionAssignment;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PauseTolerantClockTest {
    private final AtomicLong clock = new AtomicLong(1_000);
    private final PauseTolerantClock time = new PauseTolerantClock(clock::get, DispatchLoop.TURN);

    @Test
    void theClockGoesOnWhileTheLoopTurns() {
        long start = time.nanos();
        for (int turn = 0; turn < 100; turn++) {
            pass(DispatchLoop.TURN);
            time.turn();
        }
        pass(Duration.ofMillis(3));

        assertThat(Duration.ofNanos(time.nanos() - start)).isEqualTo(Duration.ofMillis(1_003));
    }

    @Test
    void aPauseHardlyCounts() {
        long start = time.nanos();
        pass(Duration.ofSeconds(20));

        assertThat(Duration.ofNanos(time.nanos() - start)).isEqualTo(Duration.ofMillis(30));
        time.turn();
        pass(Duration.ofMillis(10));
        assertThat(Duration.ofNanos(time.nanos() - start)).isEqualTo(Duration.ofMillis(40));
    }

    /** Otherwise each pause would park deliveries, which takes longer than the pause did. */
    @Test
    void aPauseOfTheWorkerDoesNotMakeAReceiverLookSlow() {
        PartitionAssignment assignment = Samples.assignment();
        WebhookQueue queue = Samples.queue("wh_1", 1, time);
        for (int i = 0; i < 100; i++) {
            queue.add(Samples.first(assignment, i, Samples.event("job" + i, i)));
        }
        PendingDelivery first = queue.take(true, 0);
        assertThat(first).isNotNull();
        queue.attemptEnded(first, 1, time.nanos());
        assertThat(queue.take(true, 0)).isNotNull();

        pass(Duration.ofSeconds(20));

        assertThat(queue.load(true, "another", 0).estimatedWaitMs()).isLessThanOrEqualTo(100 * 30);
    }

    /** Otherwise a queue that waits for its host would look fast, and hold its partition back for ever. */
    @Test
    void aQueueThatCannotStartLooksSlowerAndSlower() {
        PartitionAssignment assignment = Samples.assignment();
        WebhookQueue queue = Samples.queue("wh_1", 4, time);
        for (int i = 0; i < 500; i++) {
            queue.add(Samples.first(assignment, i, Samples.event("job" + i, i)));
        }
        double soon = queue.load(true, "another", 0).estimatedWaitMs();
        for (int turn = 0; turn < 100; turn++) {
            pass(DispatchLoop.TURN);
            time.turn();
        }

        assertThat(queue.load(true, "another", 0).estimatedWaitMs()).isGreaterThan(soon + 100_000);
    }

    private void pass(Duration length) {
        clock.addAndGet(length.toNanos());
    }
}
