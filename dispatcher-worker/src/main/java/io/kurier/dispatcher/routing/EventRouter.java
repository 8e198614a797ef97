package io.kurier.dispatcher.routing;

import io.kurier.dispatcher.DispatchLoop;
import io.kurier.dispatcher.attempt.AttemptRunner;
import io.kurier.dispatcher.delivery.FanOut;
import io.kurier.dispatcher.delivery.PendingDelivery;
import io.kurier.dispatcher.delivery.WebhookResolver;
import io.kurier.dispatcher.expression.ConditionFilter;
import io.kurier.dispatcher.expression.Expressions;
import io.kurier.dispatcher.intake.DecodedRecord;
import io.kurier.dispatcher.lane.QueueAdmission;
import io.kurier.dispatcher.lane.WebhookQueue;
import io.kurier.dispatcher.lane.WebhookQueues;
import io.kurier.dispatcher.offsets.OpenOffsets;
import io.kurier.dispatcher.offsets.PartitionAssignment;
import io.kurier.dispatcher.outcome.OutcomeCommitter;
import io.kurier.dispatcher.outcome.OutcomeRecords;
import io.kurier.model.tenant.AdHocWebhook;
import io.kurier.model.webhook.Webhook;
import io.kurier.model.webhook.WebhookIndex;
import io.kurier.schemas.Event;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** From an event to its deliveries: attempted at once, or parked in the webhook's lane. The event loop's. */
public final class EventRouter implements WebhookQueue.Way {
    private static final int BEHIND_JOB = 16;
    private static final Duration KEEPS_PARKING = Duration.ofSeconds(10);
    /** How long a receiver is left to its lane when its circuit opens here. */
    private static final Duration LEFT_TO_LANE = Duration.ofSeconds(30);

    private final InstantSource clock;
    private final WebhookIndex webhooks;
    private final WebhookResolver receivers;
    private final WebhookQueues lines;
    private final AttemptRunner attempts;
    private final OutcomeRecords outcomes;
    private final OutcomeCommitter committer;
    private final QueueAdmission.Bounds bounds;
    private final int maxOpenOffsets;
    private final JobThrottle throttled;
    private final WideFanOut wideEvents;
    private final Expressions expressions;

    public EventRouter(
            DispatchLoop.Tools tools,
            WebhookIndex webhooks,
            WebhookResolver receivers,
            AttemptRunner attempts,
            OutcomeCommitter committer) {
        this.receivers = receivers;
        this.clock = tools.clock();
        this.expressions = attempts.expressions();
        this.webhooks = webhooks;
        this.lines = new WebhookQueues(
                tools.config().webhookConcurrency(),
                tools.config().circuits().pausing(LEFT_TO_LANE),
                tools.time(),
                this);
        this.attempts = attempts;
        this.wideEvents = new WideFanOut(
                clock,
                lines,
                attempts,
                tools.outcomes(),
                committer,
                line -> rests(line, clock.millis()),
                KEEPS_PARKING);
        this.outcomes = tools.outcomes();
        this.committer = committer;
        this.bounds = new QueueAdmission.Bounds(
                tools.config().lineLength(),
                BEHIND_JOB,
                tools.config().directWait(),
                tools.config().holdBack());
        this.maxOpenOffsets = tools.config().maxOpenOffsets();
        // the other half is for what is on its way
        this.throttled = new JobThrottle(
                new JobThrottle.Bounds(maxOpenOffsets / 2, tools.config().maxOpenBytes() / 2),
                this::goesOn,
                this::superseded);
    }

    public int waiting() {
        return lines.waiting() + throttled.waiting();
    }

    /** Lets go on what has waited for the end of its interval. */
    public void refresh() {
        throttled.refresh(clock.millis());
    }

    public void dropIdle() {
        long nowMs = clock.millis();
        wideEvents.forgetOld(nowMs);
        lines.dropIdle(nowMs);
        throttled.dropIdle(nowMs);
    }

    public WebhookQueues lines() {
        return lines;
    }

    /** Takes the event up; false when a line or the commit metadata has no room for it now. */
    public boolean open(PartitionAssignment assignment, DecodedRecord.OfEvent arrival) {
        long nowMs = clock.millis();
        long offset = arrival.offset();
        Event event = arrival.event();
        ConditionFilter.Wanting wanting = expressions.conditions.wanting(
                webhooks.match(event.getTenant(), event.getType()), event, assignment.judged);
        List<Webhook> matches = wanting.webhooks();
        AdHocWebhook oneOff = arrival.oneOff();
        boolean isWide = WideFanOut.isWide(matches);
        int parts = isWide ? 1 : matches.size() + (oneOff == null ? 0 : 1);
        long highest = highestNumber(matches, oneOff);
        boolean busy = isWide
                ? committer.isFullForWide()
                : mustHoldBack(assignment, matches, event, nowMs) || mustHoldBack(assignment, oneOff, event, nowMs);
        if (busy || !assignment.offsets.fits(offset, parts, highest)) {
            return false;
        }
        assignment.judged.forget();
        OpenOffsets.Slot slot = assignment.offsets.open(offset, parts, highest);
        slot.bytes = arrival.bytes();
        FanOut fan = new FanOut(
                assignment,
                slot,
                new PendingDelivery.Shared(event),
                slot.already.without(matches),
                wanting.unjudged(),
                slot.already.contains(AdHocWebhook.NUMBER) ? null : oneOff);
        // a former owner may have parked a part of it in ranges
        boolean goesByRanges = isWide || slot.already.upTo() >= 0;
        if (fan.size() == 0) {
            assignment.settle(slot);
        } else if (!wideEvents.holdsBack(fan, () -> begin(fan, goesByRanges))) {
            begin(fan, goesByRanges);
        }
        return true;
    }

    private void begin(FanOut fan, boolean goesByRanges) {
        if (!goesByRanges) {
            fanOut(fan);
            return;
        }
        for (Webhook webhook : fan.webhooks()) {
            if (!webhook.throttle().intervals().isEmpty()) {
                throttled.letGo(webhook.id(), fan.jobId(), clock.millis());
            }
        }
        wideEvents.park(fan);
    }

    /** 0 where the event has one receiver, so that it is never settled in part. */
    private static long highestNumber(List<Webhook> matches, @Nullable AdHocWebhook oneOff) {
        if (oneOff != null && !matches.isEmpty()) {
            return AdHocWebhook.NUMBER;
        }
        return matches.size() <= 1 ? 0 : matches.get(matches.size() - 1).number();
    }

    private QueueAdmission.Bounds bounds(PartitionAssignment assignment) {
        return bounds.at(assignment.offsets.openCount(), maxOpenOffsets);
    }

    private boolean mustHoldBack(PartitionAssignment assignment, List<Webhook> matches, Event event, long nowMs) {
        for (Webhook webhook : matches) {
            if (mustHoldBack(assignment, webhook, lines.of(webhook.id()), event, nowMs)) {
                return true;
            }
        }
        return false;
    }

    private boolean mustHoldBack(
            PartitionAssignment assignment, @Nullable AdHocWebhook oneOff, Event event, long nowMs) {
        if (oneOff == null) {
            return false;
        }
        WebhookQueue line = lines.of(oneOff.webhookId(), oneOff);
        Webhook webhook = receivers.of(line);
        return webhook != null && mustHoldBack(assignment, webhook, line, event, nowMs);
    }

    private boolean mustHoldBack(
            PartitionAssignment assignment, Webhook webhook, WebhookQueue line, Event event, long nowMs) {
        return webhook.isActive()
                && !webhook.pace().isExact()
                && !line.isLeaving(nowMs)
                && QueueAdmission.decide(line.load(true, event.getJobId(), nowMs), bounds(assignment))
                        == QueueAdmission.HOLD_BACK;
    }

    private void fanOut(FanOut fan) {
        long nowMs = clock.millis();
        fan.slot().pending = fan.size();
        boolean followsWide = wideEvents.isFollowedBy(fan.shared().event, nowMs);
        for (Webhook webhook : fan.webhooks()) {
            PendingDelivery work = fan.work(webhook);
            Map<String, Duration> intervals = webhook.throttle().intervals();
            if (followsWide || (work.unjudged && !isHeld(webhook))) {
                passBy(work, nowMs);
            } else if (intervals.isEmpty()) {
                admit(work, webhook, nowMs);
            } else {
                throttled.arrives(work, intervals.get(work.event().getType()), nowMs);
            }
        }
        AdHocWebhook oneOff = fan.oneOff();
        if (oneOff != null) {
            PendingDelivery work = fan.work(oneOff);
            if (followsWide) {
                passBy(work, nowMs);
            } else {
                goesOn(work);
            }
        }
    }

    private boolean isHeld(Webhook webhook) {
        return !webhook.isActive() && attempts.mayHold();
    }

    /** Into the lane, whatever there is room for; what follows goes there too, so that it does not overtake. */
    private void passBy(PendingDelivery work, long nowMs) {
        throttled.letGo(work.webhookId, work.event().getJobId(), nowMs);
        leave(lines.of(work.webhookId, work.oneOff), KEEPS_PARKING, nowMs);
        attempts.settle(work, "parked", outcomes.parked(work, nowMs));
    }

    private void goesOn(PendingDelivery work) {
        Webhook webhook = receivers.of(work);
        long nowMs = clock.millis();
        if (webhook == null) {
            attempts.settle(work, "discarded", outcomes.discarded(work, nowMs));
        } else {
            admit(work, webhook, nowMs);
        }
    }

    private void superseded(PendingDelivery work) {
        attempts.settle(work, "superseded", outcomes.superseded(work, clock.millis()));
    }

    private void admit(PendingDelivery work, Webhook webhook, long nowMs) {
        if (attempts.expires(work, nowMs)) {
            return;
        }
        if (isHeld(webhook)) {
            attempts.hold(work, webhook, nowMs);
            return;
        }
        if (webhook.pace().isExact()) {
            attempts.settle(work, "parked", outcomes.parked(work, nowMs));
            return;
        }
        WebhookQueue line = lines.of(work.webhookId, work.oneOff);
        if (expressions.mustRest(webhook, work.unjudged)) {
            leave(line, KEEPS_PARKING, nowMs);
        }
        boolean isLeaving = line.isLeaving(nowMs);
        if (!isLeaving
                && QueueAdmission.decide(line.load(true, work.event().getJobId(), nowMs), bounds(work.assignment))
                        != QueueAdmission.LEAVE) {
            line.join(work);
            attempts.begin(line);
            return;
        }
        if (!isLeaving) {
            leave(line, KEEPS_PARKING, nowMs);
        }
        attempts.settle(work, "parked", outcomes.parked(work, nowMs));
    }

    /** What waits leaves too: behind a receiver that hangs it would hold its offsets open for as long. */
    private void leave(WebhookQueue line, Duration forSoLong, long nowMs) {
        line.leaveUntil(nowMs + forSoLong.toMillis());
        for (PendingDelivery waiting : line.takeWaiting()) {
            if (waiting.assignment.isActive()) {
                attempts.settle(waiting, "parked", outcomes.parked(waiting, nowMs));
            }
        }
    }

    @Override
    public boolean ownsCircuit() {
        return false;
    }

    @Override
    public void empty(WebhookQueue line, long nowMs) {
        leave(line, LEFT_TO_LANE, nowMs);
    }

    @Override
    public void rests(WebhookQueue line, long nowMs) {
        leave(line, KEEPS_PARKING, nowMs);
    }

    /** @param webhook null when it was deleted */
    public void changed(String webhookId, @Nullable Webhook webhook) {
        WebhookQueue line = lines.find(webhookId);
        if (line != null) {
            changed(line, webhook);
        }
        throttled.letGo(webhookId, clock.millis());
    }

    /** What the tenant says of receivers that its events name themselves. */
    public void changed(String tenant) {
        lines.oneOffsOf(tenant).forEach(line -> changed(line, receivers.of(line)));
    }

    private void changed(WebhookQueue line, @Nullable Webhook webhook) {
        line.forgive();
        if (webhook != null && webhook.isActive() && webhook.pace().isExact()) {
            // its lane counts from now on
            leave(line, KEEPS_PARKING, clock.millis());
        }
        attempts.changed(line, webhook);
    }
}
