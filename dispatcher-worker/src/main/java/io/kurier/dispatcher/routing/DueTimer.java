package io.kurier.dispatcher.routing;

import io.kurier.dispatcher.delivery.PendingDelivery;
import io.kurier.dispatcher.waiting.WaitCounts;
import io.kurier.dispatcher.waiting.WaitReason;
import io.kurier.dispatcher.waiting.WaitingPlace;
import io.kurier.runtime.time.ProcessClock;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.function.ObjLongConsumer;

/**
 * Deliveries whose due time is less than the smallest tier away: they wait it out in memory, so that no attempt is early and
 * the scheduler's own delay does not add up. Event loop only.
 */
final class DueTimer implements WaitingPlace {
    private final ProcessClock clock;
    private final ObjLongConsumer<PendingDelivery> due;
    private final PriorityQueue<PendingDelivery> waiting =
            new PriorityQueue<>(Comparator.comparingLong(delivery -> delivery.dueAtMs));

    /** @param due called with each delivery that has become due, and with the time in epoch milliseconds */
    DueTimer(ProcessClock clock, ObjLongConsumer<PendingDelivery> due) {
        this.clock = clock;
        this.due = due;
    }

    void add(PendingDelivery delivery) {
        waiting.add(delivery);
    }

    @Override
    public void wake() {
        long nowMs = clock.millis();
        while (!waiting.isEmpty() && waiting.element().dueAtMs <= nowMs) {
            PendingDelivery delivery = waiting.remove();
            if (delivery.assignment.isActive()) {
                due.accept(delivery, nowMs);
            }
        }
    }

    @Override
    public void countInto(WaitCounts counts) {
        counts.add(WaitReason.DUE_TIME, waiting.size());
    }
}
