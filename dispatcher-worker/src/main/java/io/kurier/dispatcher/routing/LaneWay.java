package io.kurier.dispatcher.routing;

import io.kurier.dispatcher.Engine;
import io.kurier.dispatcher.attempt.Attempts;
import io.kurier.dispatcher.delivery.Receivers;
import io.kurier.dispatcher.delivery.Work;
import io.kurier.dispatcher.expression.Expressions;
import io.kurier.dispatcher.intake.Arrival;
import io.kurier.dispatcher.lane.Admission;
import io.kurier.dispatcher.lane.Line;
import io.kurier.dispatcher.lane.Lines;
import io.kurier.dispatcher.offsets.Assignment;
import io.kurier.dispatcher.offsets.OpenOffsets;
import io.kurier.dispatcher.outcome.Committer;
import io.kurier.dispatcher.outcome.Outcomes;
import io.kurier.model.retry.Ladder;
import io.kurier.model.tenant.OneOff;
import io.kurier.model.webhook.Webhook;
import io.kurier.schemas.CircuitRecord;
import io.kurier.schemas.Delivery;
import io.kurier.schemas.Waiting;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** From a lane's record to its attempt: what is not due waits in a bounded timer, what has no room goes to a tier. The event loop's. */
public final class LaneWay implements Line.Way {
    /** How many may wait behind the probe of a receiver that did not answer of late. */
    private static final int BEHIND_PROBE = 8;
    /** How many may wait in a line for their tenant's share of the time. */
    private static final int BEHIND_EXPRESSIONS = 8;

    private final InstantSource clock;
    private final Ladder ladder;
    private final Receivers receivers;
    private final Duration drainTimeout;
    private final Duration patience;
    private final Function<String, Optional<CircuitRecord>> circuits;
    private final Lines lines;
    private final Attempts attempts;
    private final Expressions expressions;
    private final Outcomes outcomes;
    private final Committer committer;
    private final Admission.Bounds bounds;
    private final int maxOpenOffsets;
    private final PriorityQueue<Work> notDue = new PriorityQueue<>(Comparator.comparingLong(work -> work.dueAtMs));

    public LaneWay(Engine.Tools tools, Ladder ladder, Receivers receivers, Attempts attempts, Committer committer) {
        this.receivers = receivers;
        this.drainTimeout = tools.config().drainTimeout();
        this.clock = tools.clock();
        this.ladder = ladder;
        this.lines =
                new Lines(tools.config().webhookConcurrency(), tools.config().circuits(), tools.time(), this);
        this.patience = tools.config().circuits().patience();
        this.circuits = tools.circuits();
        this.attempts = attempts;
        this.expressions = attempts.expressions();
        this.outcomes = tools.outcomes();
        this.committer = committer;
        this.maxOpenOffsets = tools.config().maxOpenOffsets();
        int length = tools.config().lineLength();
        this.bounds = new Admission.Bounds(
                length, length, tools.config().laneWork(), tools.config().holdBack());
    }

    public Lines lines() {
        return lines;
    }

    public int waiting() {
        return notDue.size() + lines.waiting();
    }

    /** @param webhook with what its owner allows now; null when it was deleted */
    public void changed(String webhookId, @Nullable Webhook webhook) {
        Line line = lines.find(webhookId);
        if (line != null) {
            changed(line, webhook);
        }
    }

    /** What the tenant says of receivers that its events name themselves. */
    public void changed(String tenant) {
        lines.oneOffsOf(tenant).forEach(line -> changed(line, receivers.of(line)));
    }

    private void changed(Line line, @Nullable Webhook webhook) {
        if (webhook != null) {
            line.keep(webhook.pace(), clock.millis());
        }
        line.forgive();
        attempts.changed(line, webhook);
    }

    private Line line(Assignment assignment, String webhookId, @Nullable OneOff oneOff) {
        Line line = lines.of(webhookId, oneOff);
        Webhook webhook = receivers.of(line);
        if (webhook != null
                && line.takenOver(assignment, webhook.pace(), assignment.takenOverAtMs + drainTimeout.toMillis())) {
            circuits.apply(webhookId)
                    .filter(left -> left.getRevision() == webhook.revision())
                    .ifPresent(line.circuit()::restore);
        }
        return line;
    }

    /** Takes the delivery up; false when its line or the commit metadata has no room for it now. */
    public boolean open(Assignment assignment, Arrival.OfDelivery arrival) {
        long offset = arrival.offset();
        Delivery delivery = arrival.delivery();
        boolean busy = committer.isFullOfLanes() && isSentBack(assignment, arrival);
        if (busy || !assignment.offsets.fits(offset, 1, 0) || mustHoldBack(assignment, arrival)) {
            return false;
        }
        OpenOffsets.Slot slot = assignment.offsets.open(offset, 1, 0);
        slot.bytes = arrival.bytes();
        Work work = Work.waiting(assignment, slot, delivery, arrival.oneOff());
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
    public void refresh() {
        long nowMs = clock.millis();
        while (!notDue.isEmpty() && notDue.element().dueAtMs <= nowMs) {
            Work work = notDue.remove();
            if (work.assignment.isActive()) {
                admit(work, nowMs);
            }
        }
    }

    /** Whether it would go straight to a tier. Thousands do where circuits open; what can be attempted is not in their way. */
    private boolean isSentBack(Assignment assignment, Arrival.OfDelivery arrival) {
        Delivery delivery = arrival.delivery();
        Line line = line(assignment, delivery.getWebhookId(), arrival.oneOff());
        Webhook webhook = receivers.of(line);
        return isBehindCircuit(line, clock.millis())
                || (webhook != null && isBehindOthers(line, webhook, delivery.getUnjudged()));
    }

    private Admission.Bounds bounds(Assignment assignment) {
        return bounds.at(assignment.offsets.openCount(), maxOpenOffsets);
    }

    private boolean mustHoldBack(Assignment assignment, Arrival.OfDelivery arrival) {
        long nowMs = clock.millis();
        Delivery delivery = arrival.delivery();
        Admission.Load load = line(assignment, delivery.getWebhookId(), arrival.oneOff())
                .load(Work.isFirst(delivery), delivery.getEvent().getJobId(), nowMs);
        return delivery.getDueAtMs() <= nowMs && Admission.decide(load, bounds(assignment)) == Admission.HOLD_BACK;
    }

    private void admit(Work work, long nowMs) {
        if (attempts.expires(work, nowMs)) {
            return;
        }
        Webhook webhook = receivers.of(work);
        if (webhook != null && !webhook.isActive() && attempts.mayHold()) {
            attempts.hold(work, webhook, nowMs);
            return;
        }
        Line line = line(work.assignment, work.webhookId, work.oneOff);
        if (isBehindCircuit(line, nowMs)) {
            putOff(line, work, nowMs);
        } else if (webhook != null && isBehindOthers(line, webhook, work.unjudged)) {
            postponeForTime(line, work, nowMs);
        } else if (hasRoom(line, work, nowMs)) {
            line.join(work);
            attempts.begin(line);
        } else {
            postpone(line, work, nowMs);
        }
    }

    private void postpone(Line line, Work work, long nowMs) {
        postpone(work, line.comesBackAtMs(nowMs), nowMs);
    }

    /** It comes back when its tenant's expressions will have time for it, whatever the line has room for. */
    private void postponeForTime(Line line, Work work, long nowMs) {
        long hasTimeAtMs = nowMs + expressions.queueMs(work.event().getTenant());
        postpone(work, Math.max(hasTimeAtMs, line.comesBackAtMs(nowMs)), nowMs);
    }

    private void postpone(Work work, long earliestMs, long nowMs) {
        long smallestMs = ladder.tiers().get(0).delay().toMillis();
        long dueAtMs = Math.max(nowMs + smallestMs, earliestMs);
        attempts.settle(work, "postponed", outcomes.postponed(work, dueAtMs, nowMs));
    }

    private static boolean isBehindCircuit(Line line, long nowMs) {
        return switch (line.circuit().state(nowMs)) {
            case OPEN -> true;
            case HALF_OPEN -> line.waiting() >= BEHIND_PROBE;
            case CLOSED -> false;
        };
    }

    private boolean isBehindOthers(Line line, Webhook webhook, boolean unjudged) {
        return (line.waiting() >= BEHIND_EXPRESSIONS || expressions.isCrowded(webhook.tenant()))
                && expressions.mustRest(webhook, unjudged);
    }

    /** No attempt is spent on a receiver that does not work now; but not for ever. */
    private void putOff(Line line, Work work, long nowMs) {
        if (work.putOffSinceMs == 0) {
            work.putOffSinceMs = nowMs;
        }
        long sinceMs = Math.max(work.putOffSinceMs, line.circuit().openSinceMs());
        if (nowMs - sinceMs > patience.toMillis()) {
            attempts.settle(work, "dead", outcomes.deadUnattempted(work, "unreachable", nowMs));
        } else {
            postpone(line, work, nowMs);
        }
    }

    @Override
    public boolean ownsCircuit() {
        return true;
    }

    @Override
    public void empty(Line line, long nowMs) {
        for (Work waiting : line.takeWaiting()) {
            if (waiting.assignment.isActive()) {
                putOff(line, waiting, nowMs);
            }
        }
    }

    /** A few stay, whose turn comes. */
    @Override
    public void rests(Line line, long nowMs) {
        List<Work> waiting = line.takeWaiting().stream()
                .filter(work -> work.assignment.isActive())
                .toList();
        waiting.stream().limit(BEHIND_EXPRESSIONS).forEach(line::join);
        waiting.stream().skip(BEHIND_EXPRESSIONS).forEach(work -> postponeForTime(line, work, nowMs));
    }

    /** Who comes new stands behind those that were postponed before and are not back yet. */
    private boolean hasRoom(Line line, Work work, long nowMs) {
        boolean overtakes = work.waiting != Waiting.POSTPONED
                && line.queuedForMs(nowMs) > bounds.longestWait().toMillis();
        Admission.Load load = line.load(work.isFirst(), work.event().getJobId(), nowMs);
        return !overtakes && Admission.decide(load, bounds(work.assignment)) != Admission.LEAVE;
    }
}
