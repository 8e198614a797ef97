package io.kurier.dispatcher.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.dispatcher.Samples;
import io.kurier.dispatcher.delivery.PendingDelivery;
import io.kurier.dispatcher.offsets.PartitionAssignment;
import io.kurier.dispatcher.waiting.WaitCounts;
import io.kurier.dispatcher.waiting.WaitReason;
import io.kurier.schemas.Delivery;
import io.kurier.schemas.Waiting;
import io.kurier.testkit.ManualProcessClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DueTimerTest {
    private final ManualProcessClock clock = new ManualProcessClock();
    private final PartitionAssignment assignment = Samples.assignment();
    private final List<PendingDelivery> due = new ArrayList<>();
    private final DueTimer timer = new DueTimer(clock, (delivery, nowMs) -> {
        assertThat(nowMs).isEqualTo(clock.millis());
        due.add(delivery);
    });
    private long offset;

    private PendingDelivery addDueIn(long ms) {
        Delivery record = Samples.delivery(Samples.event("job", 1), Waiting.RETRY, clock.millis() + ms);
        PendingDelivery delivery =
                PendingDelivery.fromLane(assignment, assignment.offsets.open(offset++, 1, 0), record, null);
        timer.add(delivery);
        return delivery;
    }

    private void pass(long ms) {
        clock.advance(Duration.ofMillis(ms));
        timer.wake();
    }

    private int waiting() {
        WaitCounts counts = new WaitCounts();
        timer.countInto(counts);
        return counts.of(WaitReason.DUE_TIME);
    }

    @Test
    void deliveriesGoOnInTheOrderOfTheirDueTimesAndNotBefore() {
        PendingDelivery later = addDueIn(500);
        PendingDelivery sooner = addDueIn(200);
        PendingDelivery last = addDueIn(501);
        assertThat(waiting()).isEqualTo(3);

        pass(199);
        assertThat(due).isEmpty();
        pass(1);
        assertThat(due).containsExactly(sooner);
        pass(300);

        assertThat(due).containsExactly(sooner, later);
        assertThat(waiting()).isEqualTo(1);
        pass(1);
        assertThat(due).endsWith(last);
        assertThat(waiting()).isZero();
    }

    @Test
    void aDeliveryWhosePartitionIsHandedOverIsLeftToTheNextOwner() {
        addDueIn(100);
        assignment.drain();

        pass(100);

        assertThat(due).isEmpty();
        assertThat(waiting()).isZero();
    }
}
