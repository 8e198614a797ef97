package io.kurier.dispatcher.routing;

import io.kurier.dispatcher.config.DispatcherConfig;
import io.kurier.dispatcher.delivery.FanOut;
import io.kurier.dispatcher.delivery.PendingDelivery;
import io.kurier.dispatcher.delivery.SharedEvent;
import io.kurier.dispatcher.expression.ConditionFilter;
import io.kurier.dispatcher.intake.DecodedRecord;
import io.kurier.dispatcher.lane.DirectQueue;
import io.kurier.dispatcher.lane.QueueAdmission;
import io.kurier.dispatcher.offsets.OpenOffsets;
import io.kurier.dispatcher.offsets.PartitionAssignment;
import io.kurier.dispatcher.waiting.WaitingPlace;
import io.kurier.model.tenant.AdHocWebhook;
import io.kurier.model.webhook.Webhook;
import io.kurier.model.webhook.WebhookIndex;
import io.kurier.schemas.Event;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The direct path: from an event to its deliveries, each attempted at once or parked in the webhook's lane. Event loop only. */
public final class EventRouter extends Router<DirectQueue> {
    private static final int MAX_BEHIND_JOB = 16;
    private static final Duration KEEPS_PARKING = Duration.ofSeconds(10);
    /** How long a receiver is left to its lane when its circuit opens here. */
    private static final Duration LEFT_TO_LANE = Duration.ofSeconds(30);

    private final RoutingContext context;
    private final WebhookIndex index;
    private final JobThrottle throttle;
    private final WideFanOut wideFanOut;
    /** By partition, the webhooks that its next event goes to, kept while that event is held back. */
    private final Map<PartitionAssignment, ConditionFilter.HeldBack> heldBack = new HashMap<>();

    /** @param index the registered webhooks by tenant and pattern */
    public EventRouter(RoutingContext context, WebhookIndex index) {
        super(context, bounds(context.config()));
        this.context = context;
        this.index = index;
        DispatcherConfig config = context.config();
        // the other half is for deliveries that are not throttled
        this.throttle = new JobThrottle(
                new JobThrottle.Bounds(config.maxOpenOffsets() / 2, config.maxOpenBytes() / 2),
                clock,
                this::admit,
                delivery -> settler.superseded(delivery, clock.millis()));
        this.wideFanOut = new WideFanOut(clock, settler, committer, KEEPS_PARKING, this::parkWaiting, this::begin);
    }

    private static QueueAdmission.Bounds bounds(DispatcherConfig config) {
        return new QueueAdmission.Bounds(config.queueLength(), MAX_BEHIND_JOB, config.directWait(), config.holdBack());
    }

    @Override
    DirectQueue newQueue(String webhookId, @Nullable AdHocWebhook adHoc) {
        return new DirectQueue(
                webhookId, adHoc, context.queueSetup(context.config().circuits().pausing(LEFT_TO_LANE)), this);
    }

    /** Every place on this path where deliveries wait. */
    public List<WaitingPlace> waitingPlaces() {
        return List.of(throttle, wideFanOut, queues);
    }

    public void dropIdle() {
        long nowMs = clock.millis();
        wideFanOut.dropOld(nowMs);
        queues.dropIdle(nowMs);
        throttle.dropIdle(nowMs);
    }

    /** The assignment ended. Its next owner routes the events that still wait here. */
    public void drop(PartitionAssignment assignment) {
        heldBack.remove(assignment);
        wideFanOut.drop(assignment);
    }

    /**
     * Opens the event's offset and starts its deliveries.
     *
     * @return false if a queue or the commit metadata has no room for it now
     */
    public boolean route(PartitionAssignment assignment, DecodedRecord.OfEvent record) {
        long nowMs = clock.millis();
        Event event = record.event();
        ConditionFilter.HeldBack known = heldBack.computeIfAbsent(assignment, a -> new ConditionFilter.HeldBack());
        ConditionFilter.Selection selection =
                expressions.conditions.select(index.match(event.getTenant(), event.getType()), event, known);
        List<Webhook> matches = selection.webhooks();
        AdHocWebhook adHoc = record.adHoc();
        boolean isWide = WideFanOut.isWide(matches);
        int parts = isWide ? 1 : matches.size() + (adHoc == null ? 0 : 1);
        long highest = highestNumber(matches, adHoc);
        boolean mustWait = isWide
                ? committer.isFullForWide()
                : mustHoldBack(assignment, matches, event, nowMs) || mustHoldBack(assignment, adHoc, event, nowMs);
        if (mustWait || !assignment.offsets.fits(record.offset(), parts, highest)) {
            return false;
        }
        known.forget();
        OpenOffsets.Slot slot = assignment.offsets.open(record.offset(), parts, highest);
        slot.bytes = record.bytes();
        FanOut fanOut = new FanOut(
                assignment,
                slot,
                new SharedEvent(event),
                slot.already.without(matches),
                selection.conditionPending(),
                slot.already.contains(AdHocWebhook.NUMBER) ? null : adHoc,
                // a former owner may have parked a part of it in ranges
                isWide || slot.already.upTo() >= 0);
        if (fanOut.size() == 0) {
            assignment.settle(slot);
        } else if (!wideFanOut.holdsBack(fanOut)) {
            begin(fanOut);
        }
        return true;
    }

    /** 0 if the event has one webhook, so that it is never settled in part. */
    private static long highestNumber(List<Webhook> matches, @Nullable AdHocWebhook adHoc) {
        if (adHoc != null && !matches.isEmpty()) {
            return AdHocWebhook.NUMBER;
        }
        return matches.size() <= 1 ? 0 : matches.get(matches.size() - 1).number();
    }

    private boolean mustHoldBack(PartitionAssignment assignment, List<Webhook> matches, Event event, long nowMs) {
        for (Webhook webhook : matches) {
            if (mustHoldBack(assignment, webhook, queues.of(webhook.id()), event, nowMs)) {
                return true;
            }
        }
        return false;
    }

    private boolean mustHoldBack(
            PartitionAssignment assignment, @Nullable AdHocWebhook adHoc, Event event, long nowMs) {
        if (adHoc == null) {
            return false;
        }
        Webhook webhook = webhooks.of(adHoc.webhookId(), adHoc);
        return webhook != null && mustHoldBack(assignment, webhook, queues.of(adHoc.webhookId(), adHoc), event, nowMs);
    }

    private boolean mustHoldBack(
            PartitionAssignment assignment, Webhook webhook, DirectQueue queue, Event event, long nowMs) {
        return webhook.isActive()
                && !webhook.pace().isExact()
                && !queue.isParking(nowMs)
                && QueueAdmission.decide(queue.load(true, event.getJobId(), nowMs), bounds(assignment))
                        == QueueAdmission.HOLD_BACK;
    }

    private void begin(FanOut fanOut) {
        if (!fanOut.isRanged()) {
            deliver(fanOut);
            return;
        }
        for (Webhook webhook : fanOut.webhooks()) {
            if (!webhook.throttle().intervals().isEmpty()) {
                throttle.release(webhook.id(), fanOut.jobId());
            }
        }
        wideFanOut.park(fanOut);
    }

    private void deliver(FanOut fanOut) {
        long nowMs = clock.millis();
        fanOut.slot().pending = fanOut.size();
        boolean followsWide = wideFanOut.isFollowedBy(fanOut.shared().event, nowMs);
        for (Webhook webhook : fanOut.webhooks()) {
            PendingDelivery delivery = fanOut.delivery(webhook);
            Map<String, Duration> intervals = webhook.throttle().intervals();
            if (followsWide || (delivery.isConditionPending() && !mustHold(webhook))) {
                park(delivery, nowMs);
            } else if (intervals.isEmpty()) {
                admit(delivery, webhook, nowMs);
            } else {
                throttle.add(delivery, intervals.get(delivery.event().getType()));
            }
        }
        AdHocWebhook adHoc = fanOut.adHoc();
        if (adHoc != null) {
            PendingDelivery delivery = fanOut.delivery(adHoc);
            if (followsWide) {
                park(delivery, nowMs);
            } else {
                admit(delivery);
            }
        }
    }

    /** Parks the delivery and the later ones of its webhook, so that they do not overtake it. */
    private void park(PendingDelivery delivery, long nowMs) {
        throttle.release(delivery.webhookId, delivery.event().getJobId());
        park(queues.of(delivery.webhookId, delivery.adHoc), KEEPS_PARKING, nowMs);
        settler.parked(delivery, nowMs);
    }

    private void admit(PendingDelivery delivery) {
        Webhook webhook = webhooks.of(delivery);
        long nowMs = clock.millis();
        if (webhook == null) {
            settler.discarded(delivery, nowMs);
        } else {
            admit(delivery, webhook, nowMs);
        }
    }

    private void admit(PendingDelivery delivery, Webhook webhook, long nowMs) {
        if (settleUnattempted(delivery, webhook, nowMs)) {
            return;
        }
        if (webhook.pace().isExact()) {
            settler.parked(delivery, nowMs);
            return;
        }
        DirectQueue queue = queues.of(delivery.webhookId, delivery.adHoc);
        if (expressions.isOverBudget(webhook, delivery.isConditionPending())) {
            park(queue, KEEPS_PARKING, nowMs);
        }
        boolean isParking = queue.isParking(nowMs);
        if (!isParking
                && QueueAdmission.decide(
                                queue.load(true, delivery.event().getJobId(), nowMs), bounds(delivery.assignment))
                        != QueueAdmission.LEAVE) {
            queue.add(delivery);
            attempts.start(queue);
            return;
        }
        if (!isParking) {
            park(queue, KEEPS_PARKING, nowMs);
        }
        settler.parked(delivery, nowMs);
    }

    /** Parks the waiting deliveries too: behind a receiver that hangs, they would keep their offsets open. */
    private void park(DirectQueue queue, Duration keepsParking, long nowMs) {
        queue.parkUntil(nowMs + keepsParking.toMillis());
        queue.takeWaiting().forEach(waiting -> settler.parked(waiting, nowMs));
    }

    /** Earlier deliveries of the webhook that wait in its queue are parked, before a wide event's delivery is. */
    private void parkWaiting(PendingDelivery delivery) {
        DirectQueue queue = delivery.adHoc == null
                ? queues.find(delivery.webhookId)
                : queues.of(delivery.webhookId, delivery.adHoc);
        if (queue != null && queue.waiting() > 0) {
            park(queue, KEEPS_PARKING, clock.millis());
        }
    }

    @Override
    public void circuitOpened(DirectQueue queue, long nowMs) {
        park(queue, LEFT_TO_LANE, nowMs);
    }

    @Override
    public void overExpressionBudget(DirectQueue queue, long nowMs) {
        park(queue, KEEPS_PARKING, nowMs);
    }

    @Override
    public void changed(String webhookId, @Nullable Webhook webhook) {
        super.changed(webhookId, webhook);
        throttle.release(webhookId);
    }

    @Override
    void apply(DirectQueue queue, @Nullable Webhook webhook) {
        if (webhook != null && webhook.isActive() && webhook.pace().isExact()) {
            // from now on only the lane counts its attempts
            park(queue, KEEPS_PARKING, clock.millis());
        }
    }
}
