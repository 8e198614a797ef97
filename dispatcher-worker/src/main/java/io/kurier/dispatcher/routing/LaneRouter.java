package io.kurier.dispatcher.routing;

import io.kurier.dispatcher.DispatchLoop;
import io.kurier.dispatcher.attempt.AttemptRunner;
import io.kurier.dispatcher.delivery.PendingDelivery;
import io.kurier.dispatcher.delivery.WebhookResolver;
import io.kurier.dispatcher.expression.Expressions;
import io.kurier.dispatcher.intake.DecodedRecord;
import io.kurier.dispatcher.lane.QueueAdmission;
import io.kurier.dispatcher.lane.WebhookQueue;
import io.kurier.dispatcher.lane.WebhookQueues;
import io.kurier.dispatcher.offsets.OpenOffsets;
import io.kurier.dispatcher.offsets.PartitionAssignment;
import io.kurier.dispatcher.outcome.OutcomeCommitter;
import io.kurier.dispatcher.outcome.OutcomeRecords;
import io.kurier.model.retry.RetryTiers;
import io.kurier.model.tenant.AdHocWebhook;
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
public final class LaneRouter implements WebhookQueue.Way {
    /** How many may wait behind the probe of a receiver that did not answer of late. */
    private static final int BEHIND_PROBE = 8;
    /** How many may wait in a line for their tenant's share of the time. */
    private static final int BEHIND_EXPRESSIONS = 8;

    private final InstantSource clock;
    private final RetryTiers ladder;
    private final WebhookResolver receivers;
    private final Duration drainTimeout;
    private final Duration patience;
    private final Function<String, Optional<CircuitRecord>> circuits;
    private final WebhookQueues lines;
    private final AttemptRunner attempts;
    private final Expressions expressions;
    private final OutcomeRecords outcomes;
    private final OutcomeCommitter committer;
    private final QueueAdmission.Bounds bounds;
    private final int maxOpenOffsets;
    private final PriorityQueue<PendingDelivery> notDue =
            new PriorityQueue<>(Comparator.comparingLong(work -> work.dueAtMs));

    public LaneRouter(
            DispatchLoop.Tools tools,
            RetryTiers ladder,
            WebhookResolver receivers,
            AttemptRunner attempts,
            OutcomeCommitter committer) {
        this.receivers = receivers;
        this.drainTimeout = tools.config().drainTimeout();
        this.clock = tools.clock();
        this.ladder = ladder;
        this.lines = new WebhookQueues(
                tools.config().webhookConcurrency(), tools.config().circuits(), tools.time(), this);
        this.patience = tools.config().circuits().patience();
        this.circuits = tools.circuits();
        this.attempts = attempts;
        this.expressions = attempts.expressions();
        this.outcomes = tools.outcomes();
        this.committer = committer;
        this.maxOpenOffsets = tools.config().maxOpenOffsets();
        int length = tools.config().lineLength();
        this.bounds = new QueueAdmission.Bounds(
                length, length, tools.config().laneWork(), tools.config().holdBack());
    }

    public WebhookQueues lines() {
        return lines;
    }

    public int waiting() {
        return notDue.size() + lines.waiting();
    }

    /** @param webhook with what its owner allows now; null when it was deleted */
    public void changed(String webhookId, @Nullable Webhook webhook) {
        WebhookQueue line = lines.find(webhookId);
        if (line != null) {
            changed(line, webhook);
        }
    }

    /** What the tenant says of receivers that its events name themselves. */
    public void changed(String tenant) {
        lines.oneOffsOf(tenant).forEach(line -> changed(line, receivers.of(line)));
    }

    private void changed(WebhookQueue line, @Nullable Webhook webhook) {
        if (webhook != null) {
            line.keep(webhook.pace(), clock.millis());
        }
        line.forgive();
        attempts.changed(line, webhook);
    }

    private WebhookQueue line(PartitionAssignment assignment, String webhookId, @Nullable AdHocWebhook oneOff) {
        WebhookQueue line = lines.of(webhookId, oneOff);
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
    public boolean open(PartitionAssignment assignment, DecodedRecord.OfDelivery arrival) {
        long offset = arrival.offset();
        Delivery delivery = arrival.delivery();
        boolean busy = committer.isFullOfLanes() && isSentBack(assignment, arrival);
        if (busy || !assignment.offsets.fits(offset, 1, 0) || mustHoldBack(assignment, arrival)) {
            return false;
        }
        OpenOffsets.Slot slot = assignment.offsets.open(offset, 1, 0);
        slot.bytes = arrival.bytes();
        PendingDelivery work = PendingDelivery.waiting(assignment, slot, delivery, arrival.oneOff());
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
            PendingDelivery work = notDue.remove();
            if (work.assignment.isActive()) {
                admit(work, nowMs);
            }
        }
    }

    /** Whether it would go straight to a tier. Thousands do where circuits open; what can be attempted is not in their way. */
    private boolean isSentBack(PartitionAssignment assignment, DecodedRecord.OfDelivery arrival) {
        Delivery delivery = arrival.delivery();
        WebhookQueue line = line(assignment, delivery.getWebhookId(), arrival.oneOff());
        Webhook webhook = receivers.of(line);
        return isBehindCircuit(line, clock.millis())
                || (webhook != null && isBehindOthers(line, webhook, delivery.getUnjudged()));
    }

    private QueueAdmission.Bounds bounds(PartitionAssignment assignment) {
        return bounds.at(assignment.offsets.openCount(), maxOpenOffsets);
    }

    private boolean mustHoldBack(PartitionAssignment assignment, DecodedRecord.OfDelivery arrival) {
        long nowMs = clock.millis();
        Delivery delivery = arrival.delivery();
        QueueAdmission.Load load = line(assignment, delivery.getWebhookId(), arrival.oneOff())
                .load(PendingDelivery.isFirst(delivery), delivery.getEvent().getJobId(), nowMs);
        return delivery.getDueAtMs() <= nowMs
                && QueueAdmission.decide(load, bounds(assignment)) == QueueAdmission.HOLD_BACK;
    }

    private void admit(PendingDelivery work, long nowMs) {
        if (attempts.expires(work, nowMs)) {
            return;
        }
        Webhook webhook = receivers.of(work);
        if (webhook != null && !webhook.isActive() && attempts.mayHold()) {
            attempts.hold(work, webhook, nowMs);
            return;
        }
        WebhookQueue line = line(work.assignment, work.webhookId, work.oneOff);
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

    private void postpone(WebhookQueue line, PendingDelivery work, long nowMs) {
        postpone(work, line.comesBackAtMs(nowMs), nowMs);
    }

    /** It comes back when its tenant's expressions will have time for it, whatever the line has room for. */
    private void postponeForTime(WebhookQueue line, PendingDelivery work, long nowMs) {
        long hasTimeAtMs = nowMs + expressions.queueMs(work.event().getTenant());
        postpone(work, Math.max(hasTimeAtMs, line.comesBackAtMs(nowMs)), nowMs);
    }

    private void postpone(PendingDelivery work, long earliestMs, long nowMs) {
        long smallestMs = ladder.tiers().get(0).delay().toMillis();
        long dueAtMs = Math.max(nowMs + smallestMs, earliestMs);
        attempts.settle(work, "postponed", outcomes.postponed(work, dueAtMs, nowMs));
    }

    private static boolean isBehindCircuit(WebhookQueue line, long nowMs) {
        return switch (line.circuit().state(nowMs)) {
            case OPEN -> true;
            case HALF_OPEN -> line.waiting() >= BEHIND_PROBE;
            case CLOSED -> false;
        };
    }

    private boolean isBehindOthers(WebhookQueue line, Webhook webhook, boolean unjudged) {
        return (line.waiting() >= BEHIND_EXPRESSIONS || expressions.isCrowded(webhook.tenant()))
                && expressions.mustRest(webhook, unjudged);
    }

    /** No attempt is spent on a receiver that does not work now; but not for ever. */
    private void putOff(WebhookQueue line, PendingDelivery work, long nowMs) {
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
    public void empty(WebhookQueue line, long nowMs) {
        for (PendingDelivery waiting : line.takeWaiting()) {
            if (waiting.assignment.isActive()) {
                putOff(line, waiting, nowMs);
            }
        }
    }

    /** A few stay, whose turn comes. */
    @Override
    public void rests(WebhookQueue line, long nowMs) {
        List<PendingDelivery> waiting = line.takeWaiting().stream()
                .filter(work -> work.assignment.isActive())
                .toList();
        waiting.stream().limit(BEHIND_EXPRESSIONS).forEach(line::join);
        waiting.stream().skip(BEHIND_EXPRESSIONS).forEach(work -> postponeForTime(line, work, nowMs));
    }

    /** Who comes new stands behind those that were postponed before and are not back yet. */
    private boolean hasRoom(WebhookQueue line, PendingDelivery work, long nowMs) {
        boolean overtakes = work.waiting != Waiting.POSTPONED
                && line.queuedForMs(nowMs) > bounds.longestWait().toMillis();
        QueueAdmission.Load load = line.load(work.isFirst(), work.event().getJobId(), nowMs);
        return !overtakes && QueueAdmission.decide(load, bounds(work.assignment)) != QueueAdmission.LEAVE;
    }
}
