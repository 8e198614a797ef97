package io.kurier.dispatcher.routing;

import io.kurier.dispatcher.delivery.FanOut;
import io.kurier.dispatcher.delivery.PendingDelivery;
import io.kurier.dispatcher.offsets.PartitionAssignment;
import io.kurier.dispatcher.outcome.DeliverySettler;
import io.kurier.dispatcher.outcome.OutcomeCommitter;
import io.kurier.dispatcher.waiting.WaitCounts;
import io.kurier.dispatcher.waiting.WaitReason;
import io.kurier.dispatcher.waiting.WaitingPlace;
import io.kurier.model.tenant.AdHocWebhook;
import io.kurier.model.webhook.Webhook;
import io.kurier.runtime.time.ProcessClock;
import io.kurier.schemas.Event;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Events for more than 100 webhooks: all their deliveries are parked in lanes, range by range. The next range follows when the
 * one before is committed, so that memory stays bounded; later events of the same job wait until the last range is written.
 * Event loop only.
 */
public final class WideFanOut implements WaitingPlace {
    /** An event with more matches than this is wide. */
    public static final int MORE_THAN = 100;

    private static final int RANGE_BYTES = 4 * 1024 * 1024;
    private static final int RANGE = 500;
    private static final int ENVELOPE_BYTES = 512;

    private final ProcessClock clock;
    private final DeliverySettler settler;
    private final OutcomeCommitter committer;
    private final Consumer<PendingDelivery> beforeParking;
    private final Consumer<FanOut> goesOn;
    private final WideFanOutJobs jobs;
    /** By partition and job, the events that wait for a wide event's last range. */
    private final Map<PartitionAssignment, Map<String, ArrayDeque<FanOut>>> behind = new HashMap<>();

    /**
     * @param remembered for so long later events of a wide event's job are parked too
     * @param beforeParking called with each delivery before it is parked: earlier ones of its webhook have to be parked first
     * @param goesOn called with each event that need not wait any longer
     */
    WideFanOut(
            ProcessClock clock,
            DeliverySettler settler,
            OutcomeCommitter committer,
            Duration remembered,
            Consumer<PendingDelivery> beforeParking,
            Consumer<FanOut> goesOn) {
        this.clock = clock;
        this.settler = settler;
        this.committer = committer;
        this.beforeParking = beforeParking;
        this.goesOn = goesOn;
        this.jobs = new WideFanOutJobs(remembered);
    }

    static boolean isWide(List<Webhook> matches) {
        return matches.size() > MORE_THAN;
    }

    /** Whether the event follows a wide event of its job, so that it has to be parked behind it. */
    boolean isFollowedBy(Event event, long nowMs) {
        return jobs.isFollowedBy(event, nowMs);
    }

    void dropOld(long nowMs) {
        jobs.forgetOld(nowMs);
    }

    void drop(PartitionAssignment assignment) {
        behind.remove(assignment);
    }

    /** Whether a wide event of the job has ranges to come; the event then waits for the last one. */
    boolean holdsBack(FanOut fanOut) {
        ArrayDeque<FanOut> waiting = behindOf(fanOut).get(fanOut.jobKey());
        if (waiting != null) {
            waiting.add(fanOut);
        }
        return waiting != null;
    }

    private Map<String, ArrayDeque<FanOut>> behindOf(FanOut fanOut) {
        return behind.getOrDefault(fanOut.assignment(), Map.of());
    }

    void park(FanOut fanOut) {
        long nowMs = clock.millis();
        Event event = fanOut.shared().event;
        jobs.had(event, nowMs);
        int bytes = event.getData().remaining() + ENVELOPE_BYTES;
        int most = Math.max(1, Math.min(RANGE, RANGE_BYTES / bytes));
        int range = Math.min(fanOut.webhooks().size(), most);
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>(range * 2);
        for (Webhook webhook : fanOut.webhooks().subList(0, range)) {
            park(fanOut.delivery(webhook), records, nowMs);
        }
        FanOut rest = fanOut.after(range);
        PartitionAssignment assignment = fanOut.assignment();
        if (rest.webhooks().isEmpty()) {
            AdHocWebhook adHoc = fanOut.adHoc();
            if (adHoc != null) {
                park(fanOut.delivery(adHoc), records, nowMs);
            }
            committer.add(new OutcomeCommitter.Entry(assignment, records));
            assignment.settle(fanOut.slot());
            goOn(fanOut);
            return;
        }
        behind.computeIfAbsent(assignment, a -> new HashMap<>())
                .computeIfAbsent(fanOut.jobKey(), job -> new ArrayDeque<>());
        committer.add(new OutcomeCommitter.Entry(assignment, records, () -> {
            if (assignment.isActive()) {
                park(rest);
            }
        }));
        assignment.settleUpTo(fanOut.slot(), fanOut.webhooks().get(range - 1).number());
    }

    private void park(PendingDelivery delivery, List<ProducerRecord<byte[], byte[]>> records, long nowMs) {
        beforeParking.accept(delivery);
        records.addAll(settler.parkedInRange(delivery, nowMs));
    }

    /** The last range is written: events that waited for it go on while there is room for more records. */
    private void goOn(FanOut wide) {
        // even if the commits took long: an event that goes on now belongs behind the wide event in the lanes
        jobs.had(wide.shared().event, clock.millis());
        Map<String, ArrayDeque<FanOut>> byJob = behindOf(wide);
        ArrayDeque<FanOut> waiting = byJob.isEmpty() ? null : byJob.remove(wide.jobKey());
        while (waiting != null && !waiting.isEmpty()) {
            goesOn.accept(waiting.remove());
            ArrayDeque<FanOut> behindNext = byJob.get(wide.jobKey());
            if (behindNext != null) {
                // the event that went on is wide itself
                behindNext.addAll(waiting);
                return;
            }
            if (committer.isFullForWide()) {
                byJob.put(wide.jobKey(), waiting);
                committer.add(new OutcomeCommitter.Entry(wide.assignment(), List.of(), () -> goOn(wide)));
                return;
            }
        }
    }

    @Override
    public void countInto(WaitCounts counts) {
        for (Map<String, ArrayDeque<FanOut>> byJob : behind.values()) {
            for (ArrayDeque<FanOut> waiting : byJob.values()) {
                waiting.forEach(fanOut -> counts.add(WaitReason.WIDE_FAN_OUT, fanOut.size()));
            }
        }
    }
}
