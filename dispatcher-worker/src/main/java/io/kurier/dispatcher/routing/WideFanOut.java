package io.kurier.dispatcher.routing;

import io.kurier.dispatcher.attempt.AttemptRunner;
import io.kurier.dispatcher.delivery.FanOut;
import io.kurier.dispatcher.delivery.PendingDelivery;
import io.kurier.dispatcher.lane.WebhookQueue;
import io.kurier.dispatcher.lane.WebhookQueues;
import io.kurier.dispatcher.outcome.OutcomeCommitter;
import io.kurier.dispatcher.outcome.OutcomeRecords;
import io.kurier.model.tenant.AdHocWebhook;
import io.kurier.model.webhook.Webhook;
import io.kurier.schemas.Event;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Events for so many webhooks that all their deliveries go to the lanes, range by range; the next range follows when the
 * one before is committed, so that memory stays bounded. What follows in their jobs goes behind them. The event loop's.
 */
public final class WideFanOut {
    /** With more matches than this an event is wide. */
    public static final int MORE_THAN = 100;

    private static final int RANGE_BYTES = 4 * 1024 * 1024;
    private static final int RANGE = 500;
    private static final int ENVELOPE_BYTES = 512;

    private final InstantSource clock;
    private final WebhookQueues lines;
    private final AttemptRunner attempts;
    private final OutcomeRecords outcomes;
    private final OutcomeCommitter committer;
    private final Consumer<WebhookQueue> leave;
    private final WideFanOutJobs jobs;

    /**
     * @param leave sends to its lane what waits in a line
     * @param remembered for so long what follows in a job goes to the lanes too
     */
    WideFanOut(
            InstantSource clock,
            WebhookQueues lines,
            AttemptRunner attempts,
            OutcomeRecords outcomes,
            OutcomeCommitter committer,
            Consumer<WebhookQueue> leave,
            Duration remembered) {
        this.clock = clock;
        this.lines = lines;
        this.attempts = attempts;
        this.outcomes = outcomes;
        this.committer = committer;
        this.leave = leave;
        this.jobs = new WideFanOutJobs(remembered);
    }

    static boolean isWide(List<Webhook> matches) {
        return matches.size() > MORE_THAN;
    }

    boolean isFollowedBy(Event event, long nowMs) {
        return jobs.isFollowedBy(event, nowMs);
    }

    void forgetOld(long nowMs) {
        jobs.forgetOld(nowMs);
    }

    /** Whether a wide event of the job has ranges to come; {@code next} then runs behind the last, if it ever comes here. */
    boolean holdsBack(FanOut fan, Runnable next) {
        ArrayDeque<Runnable> behind = fan.assignment().behindWide.get(fan.job());
        if (behind != null) {
            behind.add(next);
        }
        return behind != null;
    }

    void park(FanOut fan) {
        long nowMs = clock.millis();
        Event event = fan.shared().event;
        jobs.had(event, nowMs);
        int bytes = event.getData().remaining() + ENVELOPE_BYTES;
        int most = Math.max(1, Math.min(RANGE, RANGE_BYTES / bytes));
        int range = Math.min(fan.webhooks().size(), most);
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>(range * 2);
        for (Webhook webhook : fan.webhooks().subList(0, range)) {
            park(fan.work(webhook), lines.find(webhook.id()), records, nowMs);
        }
        FanOut rest = fan.after(range);
        AdHocWebhook oneOff = fan.oneOff();
        if (rest.webhooks().isEmpty()) {
            if (oneOff != null) {
                park(fan.work(oneOff), lines.of(oneOff.webhookId(), oneOff), records, nowMs);
            }
            committer.add(new OutcomeCommitter.Entry(fan.assignment(), records));
            fan.assignment().settle(fan.slot());
            goOn(fan);
        } else {
            fan.assignment().behindWide.computeIfAbsent(fan.job(), job -> new ArrayDeque<>());
            committer.add(new OutcomeCommitter.Entry(fan.assignment(), records, () -> {
                if (fan.assignment().isActive()) {
                    park(rest);
                }
            }));
            long lastNumber = fan.webhooks().get(range - 1).number();
            fan.assignment().settleUpTo(fan.slot(), lastNumber);
        }
    }

    /** What its job's earlier events have waiting in the line goes first. */
    private void park(
            PendingDelivery work,
            @Nullable WebhookQueue line,
            List<ProducerRecord<byte[], byte[]>> records,
            long nowMs) {
        if (line != null && line.waiting() > 0) {
            leave.accept(line);
        }
        records.addAll(outcomes.parked(work, nowMs));
        attempts.count("parked");
    }

    /** The last range is on its way, so what came behind it may go on, for as long as there is room for more records. */
    private void goOn(FanOut fan) {
        // however long the commits took: what goes on now belongs behind it in the lanes
        jobs.had(fan.shared().event, clock.millis());
        ArrayDeque<Runnable> behind = fan.assignment().behindWide.remove(fan.job());
        while (behind != null && !behind.isEmpty()) {
            behind.remove().run();
            ArrayDeque<Runnable> behindNext = fan.assignment().behindWide.get(fan.job());
            if (behindNext != null) {
                behindNext.addAll(behind);
                return;
            }
            if (committer.isFullForWide()) {
                fan.assignment().behindWide.put(fan.job(), behind);
                committer.add(new OutcomeCommitter.Entry(fan.assignment(), List.of(), () -> goOn(fan)));
                return;
            }
        }
    }
}
