package io.kurier.dispatcher;

import io.kurier.model.OneOff;
import io.kurier.model.Webhook;
import io.kurier.model.WebhookIndex;
import io.kurier.schemas.Event;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** From an event to its deliveries: attempted at once, or parked in the webhook's lane. The event loop's. */
final class DirectWay implements Line.Way {
    /** With more matches than this, an event's deliveries all go to their lanes, range by range. */
    static final int WIDE = 100;

    /** Who gets an event: registered webhooks, by their ids those not judged yet, and the receiver it names itself. */
    private record Fan(
            List<Webhook> webhooks,
            Set<String> unjudged,
            @Nullable OneOff oneOff) {
        Work work(Assignment assignment, OpenOffsets.Slot slot, Work.Shared event, Webhook webhook) {
            return Work.direct(assignment, slot, event, webhook, unjudged.contains(webhook.id()));
        }
    }

    private static final int WIDE_STEP_BYTES = 4 * 1024 * 1024;
    private static final int WIDE_STEP = 500;
    private static final int ENVELOPE_BYTES = 512;
    /** While more records wait for their commit, no wide event is taken up: each adds hundreds. */
    private static final int MAX_UNCOMMITTED_FOR_WIDE = 5_000;

    private static final int BEHIND_JOB = 16;
    private static final Duration KEEPS_PARKING = Duration.ofSeconds(10);
    /** How long a receiver is left to its lane when its circuit opens here. */
    private static final Duration LEFT_TO_LANE = Duration.ofSeconds(30);

    private final InstantSource clock;
    private final WebhookIndex webhooks;
    private final Receivers receivers;
    private final Lines lines;
    private final Attempts attempts;
    private final Outcomes outcomes;
    private final Committer committer;
    private final Admission.Bounds bounds;
    private final int maxOpenOffsets;
    private final Throttled throttled;
    private final WideJobs wideJobs = new WideJobs(KEEPS_PARKING);
    private final Conditions conditions;

    DirectWay(Engine.Tools tools, WebhookIndex webhooks, Receivers receivers, Attempts attempts, Committer committer) {
        this.receivers = receivers;
        this.clock = tools.clock();
        this.conditions = attempts.conditions();
        this.webhooks = webhooks;
        this.lines = new Lines(
                tools.config().webhookConcurrency(),
                tools.config().circuits().pausing(LEFT_TO_LANE),
                tools.time(),
                this);
        this.attempts = attempts;
        this.outcomes = tools.outcomes();
        this.committer = committer;
        this.bounds = new Admission.Bounds(
                tools.config().lineLength(),
                BEHIND_JOB,
                tools.config().directWait(),
                tools.config().holdBack());
        this.maxOpenOffsets = tools.config().maxOpenOffsets();
        // the other half is for what is on its way
        this.throttled = new Throttled(
                new Throttled.Bounds(maxOpenOffsets / 2, tools.config().maxOpenBytes() / 2),
                this::goesOn,
                this::superseded);
    }

    int waiting() {
        return lines.waiting() + throttled.waiting();
    }

    /** Lets go on what has waited for the end of its interval. */
    void refresh() {
        throttled.refresh(clock.millis());
    }

    void dropIdle() {
        long nowMs = clock.millis();
        wideJobs.forgetOld(nowMs);
        lines.dropIdle(nowMs);
        throttled.dropIdle(nowMs);
    }

    Lines lines() {
        return lines;
    }

    /** Takes the event up; false when a line or the commit metadata has no room for it now. */
    boolean open(Assignment assignment, Arrival.OfEvent arrival) {
        long offset = arrival.offset();
        Event event = arrival.event();
        Conditions.Wanting wanting =
                conditions.wanting(webhooks.match(event.getTenant(), event.getType()), event, assignment.judged);
        List<Webhook> matches = wanting.webhooks();
        OneOff oneOff = arrival.oneOff();
        boolean wide = matches.size() > WIDE;
        int parts = wide ? 1 : matches.size() + (oneOff == null ? 0 : 1);
        long highest = highestNumber(matches, oneOff);
        boolean busy = wide
                ? committer.uncommitted() > MAX_UNCOMMITTED_FOR_WIDE
                : mustHoldBack(assignment, matches, event) || mustHoldBack(assignment, oneOff, event);
        if (busy || !assignment.offsets.fits(offset, parts, highest)) {
            return false;
        }
        assignment.judged.forget();
        OpenOffsets.Slot slot = assignment.offsets.open(offset, parts, highest);
        slot.bytes = arrival.bytes();
        List<Webhook> left = slot.already.equals(OffsetPayload.Settled.NONE)
                ? matches
                : matches.stream()
                        .filter(webhook -> !slot.already.contains(webhook.number()))
                        .toList();
        OneOff leftToOneOff = slot.already.contains(OneOff.NUMBER) ? null : oneOff;
        if (left.isEmpty() && leftToOneOff == null) {
            assignment.settle(slot);
        } else if (wide) {
            left.stream()
                    .filter(webhook -> !webhook.throttle().intervals().isEmpty())
                    .forEach(webhook -> throttled.letGo(webhook.id(), event.getJobId(), clock.millis()));
            parkRange(assignment, slot, new Work.Shared(event), new Fan(left, wanting.unjudged(), leftToOneOff));
        } else {
            fanOut(assignment, slot, new Work.Shared(event), new Fan(left, wanting.unjudged(), leftToOneOff));
        }
        return true;
    }

    /** 0 where the event has one receiver, so that it is never settled in part. */
    private static long highestNumber(List<Webhook> matches, @Nullable OneOff oneOff) {
        if (oneOff != null && !matches.isEmpty()) {
            return OneOff.NUMBER;
        }
        return matches.size() <= 1 ? 0 : matches.get(matches.size() - 1).number();
    }

    private Admission.Bounds bounds(Assignment assignment) {
        return bounds.at(assignment.offsets.openCount(), maxOpenOffsets);
    }

    private boolean mustHoldBack(Assignment assignment, List<Webhook> matches, Event event) {
        long nowMs = clock.millis();
        for (Webhook webhook : matches) {
            if (mustHoldBack(assignment, webhook, lines.of(webhook.id()), event, nowMs)) {
                return true;
            }
        }
        return false;
    }

    private boolean mustHoldBack(Assignment assignment, @Nullable OneOff oneOff, Event event) {
        if (oneOff == null) {
            return false;
        }
        Line line = lines.of(oneOff.webhookId(), oneOff);
        Webhook webhook = receivers.of(line);
        return webhook != null && mustHoldBack(assignment, webhook, line, event, clock.millis());
    }

    private boolean mustHoldBack(Assignment assignment, Webhook webhook, Line line, Event event, long nowMs) {
        return webhook.isActive()
                && !webhook.pace().isExact()
                && !line.isLeaving(nowMs)
                && Admission.decide(line.load(true, event.getJobId(), nowMs), bounds(assignment))
                        == Admission.HOLD_BACK;
    }

    private void fanOut(Assignment assignment, OpenOffsets.Slot slot, Work.Shared event, Fan to) {
        OneOff oneOff = to.oneOff();
        slot.pending = to.webhooks().size() + (oneOff == null ? 0 : 1);
        boolean followsWide = wideJobs.isFollowedBy(event.event, clock.millis());
        for (Webhook webhook : to.webhooks()) {
            Work work = to.work(assignment, slot, event, webhook);
            Map<String, Duration> intervals = webhook.throttle().intervals();
            if (work.unjudged || followsWide) {
                passBy(work);
            } else if (intervals.isEmpty()) {
                admit(work, webhook);
            } else {
                throttled.arrives(work, intervals.get(event.event.getType()), clock.millis());
            }
        }
        if (oneOff != null) {
            Work work = Work.direct(assignment, slot, event, oneOff);
            if (followsWide) {
                passBy(work);
            } else {
                goesOn(work);
            }
        }
    }

    /** Into the lane, whatever there is room for; what follows goes there too, so that it does not overtake. */
    private void passBy(Work work) {
        long nowMs = clock.millis();
        throttled.letGo(work.webhookId, work.event().getJobId(), nowMs);
        leave(lines.of(work.webhookId, work.oneOff), KEEPS_PARKING, nowMs);
        attempts.settle(work, "parked", outcomes.parked(work, nowMs));
    }

    private void goesOn(Work work) {
        Webhook webhook = receivers.of(work);
        if (webhook == null) {
            attempts.settle(work, "discarded", outcomes.discarded(work, clock.millis()));
        } else {
            admit(work, webhook);
        }
    }

    private void superseded(Work work) {
        attempts.settle(work, "superseded", outcomes.superseded(work, clock.millis()));
    }

    private void admit(Work work, Webhook webhook) {
        long nowMs = clock.millis();
        if (attempts.expires(work, nowMs)) {
            return;
        }
        if (!webhook.isActive() && attempts.mayHold()) {
            attempts.hold(work, webhook, nowMs);
            return;
        }
        if (webhook.pace().isExact()) {
            attempts.settle(work, "parked", outcomes.parked(work, nowMs));
            return;
        }
        if (attempts.mustRest(webhook, work)) {
            leave(lines.of(work.webhookId, work.oneOff), KEEPS_PARKING, nowMs);
        }
        Line line = lines.of(work.webhookId, work.oneOff);
        if (!line.isLeaving(nowMs)
                && Admission.decide(line.load(true, work.event().getJobId(), nowMs), bounds(work.assignment))
                        != Admission.LEAVE) {
            line.join(work);
            attempts.begin(line);
            return;
        }
        if (!line.isLeaving(nowMs)) {
            leave(line, KEEPS_PARKING, nowMs);
        }
        attempts.settle(work, "parked", outcomes.parked(work, nowMs));
    }

    /** What waits leaves too: behind a receiver that hangs it would hold its offsets open for as long. */
    private void leave(Line line, Duration forSoLong, long nowMs) {
        line.leaveUntil(nowMs + forSoLong.toMillis());
        for (Work waiting : line.takeWaiting()) {
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
    public void empty(Line line, long nowMs) {
        leave(line, LEFT_TO_LANE, nowMs);
    }

    @Override
    public void rests(Line line, long nowMs) {
        leave(line, KEEPS_PARKING, nowMs);
    }

    /** @param webhook null when it was deleted */
    void changed(String webhookId, @Nullable Webhook webhook) {
        Line line = lines.find(webhookId);
        if (line != null) {
            changed(line, webhook);
        }
        throttled.letGo(webhookId, clock.millis());
    }

    /** What the tenant says of receivers that its events name themselves. */
    void changed(String tenant) {
        lines.oneOffsOf(tenant).forEach(line -> changed(line, receivers.of(line)));
    }

    private void changed(Line line, @Nullable Webhook webhook) {
        line.forgive();
        if (webhook != null && webhook.isActive() && webhook.pace().isExact()) {
            // its lane counts from now on
            leave(line, KEEPS_PARKING, clock.millis());
        }
        attempts.changed(line, webhook);
    }

    /** One range of a wide event; the next one follows when this one is committed, so that memory stays bounded. */
    private void parkRange(Assignment assignment, OpenOffsets.Slot slot, Work.Shared event, Fan to) {
        List<Webhook> left = to.webhooks();
        int bytes = event.event.getData().remaining() + ENVELOPE_BYTES;
        int step = Math.min(left.size(), Math.max(1, Math.min(WIDE_STEP, WIDE_STEP_BYTES / bytes)));
        long nowMs = clock.millis();
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>(step * 2);
        wideJobs.had(event.event, nowMs);
        for (Webhook webhook : left.subList(0, step)) {
            records.addAll(outcomes.parked(to.work(assignment, slot, event, webhook), nowMs));
            attempts.count("parked");
        }
        List<Webhook> rest = left.subList(step, left.size());
        if (rest.isEmpty()) {
            if (to.oneOff() != null) {
                records.addAll(outcomes.parked(Work.direct(assignment, slot, event, to.oneOff()), nowMs));
                attempts.count("parked");
            }
            committer.add(new Committer.Entry(assignment, records));
            assignment.settle(slot);
        } else {
            committer.add(new Committer.Entry(assignment, records, () -> {
                if (assignment.isActive()) {
                    parkRange(assignment, slot, event, new Fan(rest, to.unjudged(), to.oneOff()));
                }
            }));
            assignment.settleUpTo(slot, left.get(step - 1).number());
        }
    }
}
