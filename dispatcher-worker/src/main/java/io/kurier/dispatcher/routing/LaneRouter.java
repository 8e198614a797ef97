package io.kurier.dispatcher.routing;

import io.kurier.dispatcher.config.DispatcherConfig;
import io.kurier.dispatcher.delivery.PendingDelivery;
import io.kurier.dispatcher.intake.DecodedRecord;
import io.kurier.dispatcher.lane.LaneQueue;
import io.kurier.dispatcher.lane.QueueAdmission;
import io.kurier.dispatcher.offsets.OpenOffsets;
import io.kurier.dispatcher.offsets.PartitionAssignment;
import io.kurier.dispatcher.waiting.WaitingPlace;
import io.kurier.model.retry.RetryTiers;
import io.kurier.model.tenant.AdHocWebhook;
import io.kurier.model.webhook.Webhook;
import io.kurier.schemas.CircuitRecord;
import io.kurier.schemas.Delivery;
import io.kurier.schemas.Waiting;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The lane path: from a record of {@code lanes} to its attempt. A delivery that is not due waits in a bounded timer; one that
 * finds no room goes to a retry tier. Event loop only.
 */
public final class LaneRouter extends Router<LaneQueue> {
    /** Deliveries that may wait behind the probe of a receiver that failed. */
    private static final int MAX_BEHIND_PROBE = 8;
    /** Deliveries that may wait in a queue for their tenant's share of the event loop. */
    private static final int MAX_BEHIND_EXPRESSIONS = 8;

    private final RoutingContext context;
    private final RetryTiers tiers;
    private final Function<String, Optional<CircuitRecord>> circuits;
    private final Duration drainTimeout;
    private final Duration patience;
    private final Duration longestWait;
    private final DueTimer dueTimer;

    /** @param circuits from a webhook's id to its circuit as the lane's last owner left it */
    public LaneRouter(RoutingContext context, RetryTiers tiers, Function<String, Optional<CircuitRecord>> circuits) {
        super(context, bounds(context.config()));
        this.context = context;
        this.tiers = tiers;
        this.circuits = circuits;
        DispatcherConfig config = context.config();
        this.drainTimeout = config.drainTimeout();
        this.patience = config.circuits().patience();
        this.longestWait = config.laneWork();
        this.dueTimer = new DueTimer(clock, this::admit);
    }

    private static QueueAdmission.Bounds bounds(DispatcherConfig config) {
        int length = config.queueLength();
        return new QueueAdmission.Bounds(length, length, config.laneWork(), config.holdBack());
    }

    @Override
    LaneQueue newQueue(String webhookId, @Nullable AdHocWebhook adHoc) {
        return new LaneQueue(
                webhookId, adHoc, context.queueSetup(context.config().circuits()), this);
    }

    /** Every place on this path where deliveries wait. */
    public List<WaitingPlace> waitingPlaces() {
        return List.of(dueTimer, queues);
    }

    public void dropIdle() {
        queues.dropIdle(clock.millis());
    }

    @Override
    void apply(LaneQueue queue, @Nullable Webhook webhook) {
        if (webhook != null) {
            queue.apply(webhook.pace(), clock.millis());
        }
    }

    /** The webhook's queue, which continues where the lane's last owner was if the lane has just come to this worker. */
    private LaneQueue queue(PartitionAssignment assignment, String webhookId, @Nullable AdHocWebhook adHoc) {
        LaneQueue queue = queues.of(webhookId, adHoc);
        Webhook webhook = webhooks.of(webhookId, adHoc);
        if (webhook != null
                && queue.takeOver(assignment, webhook.pace(), assignment.takenOverAtMs + drainTimeout.toMillis())) {
            circuits.apply(webhookId)
                    .filter(left -> left.getRevision() == webhook.revision())
                    .ifPresent(left -> queue.circuit().restore(left));
        }
        return queue;
    }

    /**
     * Opens the record's offset and starts its delivery.
     *
     * @return false if its queue or the commit metadata has no room for it now
     */
    public boolean route(PartitionAssignment assignment, DecodedRecord.OfDelivery record) {
        boolean mustWait = committer.isFullOfLanes() && isSentBack(assignment, record);
        if (mustWait || !assignment.offsets.fits(record.offset(), 1, 0) || mustHoldBack(assignment, record)) {
            return false;
        }
        OpenOffsets.Slot slot = assignment.offsets.open(record.offset(), 1, 0);
        slot.bytes = record.bytes();
        PendingDelivery delivery = PendingDelivery.fromLane(assignment, slot, record.delivery(), record.adHoc());
        long nowMs = clock.millis();
        if (tiers.next(nowMs, delivery.dueAtMs).isPresent()) {
            settler.returned(delivery, nowMs);
        } else if (delivery.dueAtMs > nowMs) {
            dueTimer.add(delivery);
        } else {
            admit(delivery, nowMs);
        }
        return true;
    }

    /** Whether it would go straight to a tier, as thousands do where circuits open; others must not wait behind them. */
    private boolean isSentBack(PartitionAssignment assignment, DecodedRecord.OfDelivery record) {
        Delivery delivery = record.delivery();
        LaneQueue queue = queue(assignment, delivery.getWebhookId(), record.adHoc());
        Webhook webhook = webhooks.of(delivery.getWebhookId(), record.adHoc());
        return isBehindCircuit(queue, clock.millis())
                || (webhook != null && isBehindExpressions(queue, webhook, delivery.getUnjudged()));
    }

    private boolean mustHoldBack(PartitionAssignment assignment, DecodedRecord.OfDelivery record) {
        long nowMs = clock.millis();
        Delivery delivery = record.delivery();
        QueueAdmission.Load load = queue(assignment, delivery.getWebhookId(), record.adHoc())
                .load(PendingDelivery.isFirst(delivery), delivery.getEvent().getJobId(), nowMs);
        return delivery.getDueAtMs() <= nowMs
                && QueueAdmission.decide(load, bounds(assignment)) == QueueAdmission.HOLD_BACK;
    }

    private void admit(PendingDelivery delivery, long nowMs) {
        Webhook webhook = webhooks.of(delivery);
        if (settleUnattempted(delivery, webhook, nowMs)) {
            return;
        }
        LaneQueue queue = queue(delivery.assignment, delivery.webhookId, delivery.adHoc);
        if (isBehindCircuit(queue, nowMs)) {
            postponeBehindCircuit(queue, delivery, nowMs);
        } else if (webhook != null && isBehindExpressions(queue, webhook, delivery.isConditionPending())) {
            postponeBehindExpressions(queue, delivery, nowMs);
        } else if (hasRoom(queue, delivery, nowMs)) {
            queue.add(delivery);
            attempts.start(queue);
        } else {
            postpone(delivery, queue.postpone(nowMs), nowMs);
        }
    }

    /** A new delivery belongs behind those that were postponed before and are not back yet. */
    private boolean hasRoom(LaneQueue queue, PendingDelivery delivery, long nowMs) {
        boolean overtakes =
                delivery.waiting != Waiting.POSTPONED && queue.postponedForMs(nowMs) > longestWait.toMillis();
        QueueAdmission.Load load =
                queue.load(delivery.isFirst(), delivery.event().getJobId(), nowMs);
        return !overtakes && QueueAdmission.decide(load, bounds(delivery.assignment)) != QueueAdmission.LEAVE;
    }

    private static boolean isBehindCircuit(LaneQueue queue, long nowMs) {
        return switch (queue.circuit().state(nowMs)) {
            case OPEN -> true;
            case HALF_OPEN -> queue.waiting() >= MAX_BEHIND_PROBE;
            case CLOSED -> false;
        };
    }

    private boolean isBehindExpressions(LaneQueue queue, Webhook webhook, boolean isConditionPending) {
        return (queue.waiting() >= MAX_BEHIND_EXPRESSIONS || expressions.isCrowded(webhook.tenant()))
                && expressions.isOverBudget(webhook, isConditionPending);
    }

    /** No attempt is spent on a receiver that fails now; but a delivery does not wait for it for ever. */
    private void postponeBehindCircuit(LaneQueue queue, PendingDelivery delivery, long nowMs) {
        delivery.postponedByCircuit(nowMs);
        long sinceMs =
                Math.max(delivery.postponedByCircuitSinceMs(), queue.circuit().openSinceMs());
        if (nowMs - sinceMs > patience.toMillis()) {
            settler.unreachable(delivery, nowMs);
        } else {
            postpone(delivery, queue.postpone(nowMs), nowMs);
        }
    }

    /** It comes back when its tenant's expressions have time for it, even if the queue has room earlier. */
    private void postponeBehindExpressions(LaneQueue queue, PendingDelivery delivery, long nowMs) {
        long hasTimeAtMs = nowMs + expressions.reserveMs(delivery.event().getTenant());
        postpone(delivery, Math.max(hasTimeAtMs, queue.postpone(nowMs)), nowMs);
    }

    private void postpone(PendingDelivery delivery, long earliestMs, long nowMs) {
        long smallestMs = tiers.tiers().get(0).delay().toMillis();
        settler.postponed(delivery, Math.max(nowMs + smallestMs, earliestMs), nowMs);
    }

    @Override
    public void circuitOpened(LaneQueue queue, long nowMs) {
        queue.takeWaiting().forEach(waiting -> postponeBehindCircuit(queue, waiting, nowMs));
    }

    /** A few deliveries stay, to be attempted as soon as there is time; the others are postponed. */
    @Override
    public void overExpressionBudget(LaneQueue queue, long nowMs) {
        List<PendingDelivery> waiting = queue.takeWaiting();
        waiting.stream().limit(MAX_BEHIND_EXPRESSIONS).forEach(queue::add);
        waiting.stream()
                .skip(MAX_BEHIND_EXPRESSIONS)
                .forEach(delivery -> postponeBehindExpressions(queue, delivery, nowMs));
    }
}
