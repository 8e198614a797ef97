package io.kurier.dispatcher;

import io.kurier.model.Ladder;
import io.kurier.schemas.Delivery;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.PriorityQueue;

/** From a lane's record to its attempt: what is not due waits in a bounded timer, what has no room goes to a tier. The event loop's. */
final class LaneWay {
    private final InstantSource clock;
    private final Ladder ladder;
    private final Lines lines;
    private final Attempts attempts;
    private final Outcomes outcomes;
    private final Admission.Bounds bounds;
    private final PriorityQueue<Work> notDue = new PriorityQueue<>(Comparator.comparingLong(work -> work.dueAtMs));

    LaneWay(Engine.Tools tools, Ladder ladder, Attempts attempts) {
        this.clock = tools.clock();
        this.ladder = ladder;
        this.lines = new Lines(tools.config().webhookConcurrency());
        this.attempts = attempts;
        this.outcomes = tools.outcomes();
        int length = tools.config().lineLength();
        this.bounds = new Admission.Bounds(
                length, length, tools.config().laneWork(), tools.config().holdBack());
    }

    Lines lines() {
        return lines;
    }

    int waiting() {
        return notDue.size() + lines.waiting();
    }

    /** Takes the delivery up; false when its line or the commit metadata has no room for it now. */
    boolean open(Assignment assignment, long offset, Delivery delivery) {
        if (!assignment.offsets.fits(offset, 1, 0) || mustHoldBack(delivery)) {
            return false;
        }
        Work work = Work.waiting(assignment, assignment.offsets.open(offset, 1, 0), delivery);
        long nowMs = clock.millis();
        if (ladder.next(nowMs, work.dueAtMs).isPresent()) {
            attempts.settle(work, "returned", outcomes.backToTier(work, nowMs));
        } else if (work.dueAtMs > nowMs) {
            notDue.add(work);
        } else {
            admit(work, nowMs);
        }
        return true;
    }

    /** Takes up what has become due. */
    void refresh() {
        long nowMs = clock.millis();
        while (!notDue.isEmpty() && notDue.element().dueAtMs <= nowMs) {
            Work work = notDue.remove();
            if (work.assignment.isActive()) {
                admit(work, nowMs);
            }
        }
    }

    private boolean mustHoldBack(Delivery delivery) {
        Admission.Load load = lines.of(delivery.getWebhookId())
                .load(Work.isFirst(delivery), delivery.getEvent().getJobId());
        return delivery.getDueAtMs() <= clock.millis() && Admission.decide(load, bounds) == Admission.HOLD_BACK;
    }

    private void admit(Work work, long nowMs) {
        Line line = lines.of(work.webhookId);
        Admission.Load load = line.load(work.isFirst(), work.event().getJobId());
        if (Admission.decide(load, bounds) != Admission.LEAVE) {
            line.join(work);
            attempts.begin(line);
        } else {
            long smallestMs = ladder.tiers().get(0).delay().toMillis();
            long dueAtMs = nowMs + Math.max(smallestMs, (long) load.estimatedWaitMs());
            attempts.settle(work, "postponed", outcomes.postponed(work, dueAtMs, nowMs));
        }
    }
}
