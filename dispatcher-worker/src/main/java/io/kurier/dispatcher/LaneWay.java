package io.kurier.dispatcher;

import io.kurier.model.Ladder;
import io.kurier.model.Webhook;
import io.kurier.model.WebhookIndex;
import io.kurier.schemas.Delivery;
import io.kurier.schemas.Waiting;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.PriorityQueue;

/** From a lane's record to its attempt: what is not due waits in a bounded timer, what has no room goes to a tier. The event loop's. */
final class LaneWay {
    private final InstantSource clock;
    private final Ladder ladder;
    private final WebhookIndex webhooks;
    private final Duration drainTimeout;
    private final Lines lines;
    private final Attempts attempts;
    private final Outcomes outcomes;
    private final Admission.Bounds bounds;
    private final PriorityQueue<Work> notDue = new PriorityQueue<>(Comparator.comparingLong(work -> work.dueAtMs));

    LaneWay(Engine.Tools tools, Ladder ladder, WebhookIndex webhooks, Attempts attempts) {
        this.webhooks = webhooks;
        this.drainTimeout = tools.config().drainTimeout();
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

    /** The webhook's owner may have changed what it allows. */
    void changed(Webhook webhook) {
        Line line = lines.find(webhook.id());
        if (line != null) {
            line.keep(webhook.pace(), clock.millis());
            attempts.begin(line);
        }
    }

    private Line line(Assignment assignment, String webhookId) {
        Line line = lines.of(webhookId);
        Webhook webhook = webhooks.get(webhookId);
        if (webhook != null) {
            line.takenOver(assignment, webhook.pace(), assignment.takenOverAtMs + drainTimeout.toMillis());
        }
        return line;
    }

    /** Takes the delivery up; false when its line or the commit metadata has no room for it now. */
    boolean open(Assignment assignment, Arrival.OfDelivery arrival) {
        long offset = arrival.offset();
        Delivery delivery = arrival.delivery();
        if (!assignment.offsets.fits(offset, 1, 0) || mustHoldBack(assignment, delivery)) {
            return false;
        }
        OpenOffsets.Slot slot = assignment.offsets.open(offset, 1, 0);
        slot.bytes = arrival.bytes();
        Work work = Work.waiting(assignment, slot, delivery);
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

    private boolean mustHoldBack(Assignment assignment, Delivery delivery) {
        long nowMs = clock.millis();
        Admission.Load load = line(assignment, delivery.getWebhookId())
                .load(Work.isFirst(delivery), delivery.getEvent().getJobId(), nowMs);
        return delivery.getDueAtMs() <= nowMs && Admission.decide(load, bounds) == Admission.HOLD_BACK;
    }

    private void admit(Work work, long nowMs) {
        Line line = line(work.assignment, work.webhookId);
        if (hasRoom(line, work, nowMs)) {
            line.join(work);
            attempts.begin(line);
        } else {
            long smallestMs = ladder.tiers().get(0).delay().toMillis();
            long dueAtMs = Math.max(nowMs + smallestMs, line.comesBackAtMs(nowMs));
            attempts.settle(work, "postponed", outcomes.postponed(work, dueAtMs, nowMs));
        }
    }

    /** Who comes new stands behind those that were postponed before and are not back yet. */
    private boolean hasRoom(Line line, Work work, long nowMs) {
        boolean overtakes = work.waiting != Waiting.POSTPONED
                && line.queuedForMs(nowMs) > bounds.longestWait().toMillis();
        Admission.Load load = line.load(work.isFirst(), work.event().getJobId(), nowMs);
        return !overtakes && Admission.decide(load, bounds) != Admission.LEAVE;
    }
}
