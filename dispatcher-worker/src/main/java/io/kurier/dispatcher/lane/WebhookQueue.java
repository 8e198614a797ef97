package io.kurier.dispatcher.lane;

import io.kurier.dispatcher.delivery.PendingDelivery;
import io.kurier.dispatcher.offsets.PartitionAssignment;
import io.kurier.model.tenant.AdHocWebhook;
import io.kurier.model.webhook.DeliveryLimits;
import io.kurier.model.webhook.RateLimit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The work of one webhook on one way: what is in flight, and what waits for a place. First attempts of one job go one
 * after another, in order; retries and replays stand in a line of their own with their own share of the places, so that a
 * storm of them never stands in front of first attempts. The event loop's.
 */
public final class WebhookQueue {
    /** What a line belongs to. */
    public interface Way {
        /** Whether all of a webhook's probes are made here. */
        boolean ownsCircuit();

        /** What waits in the line goes on waiting elsewhere: its circuit opened. */
        void empty(WebhookQueue line, long nowMs);

        /** The tenant's expressions have had their time: what waits must not hold offsets and memory meanwhile. */
        void rests(WebhookQueue line, long nowMs);
    }

    private static final double NEWEST_WEIGHT = 0.2;
    /** What an open circuit put off comes back one by one, so that not all of it comes back to be put off again. */
    private static final double PUT_OFF_INTERVAL_MS = 1;

    public final String webhookId;
    /** The receiver that events name themselves; null for a registered webhook. */
    public final @Nullable AdHocWebhook oneOff;

    public final Way way;
    private final int mostPlaces;
    private final CircuitBreaker.Rules circuits;
    private final PauseTolerantClock time;
    private final ArrayDeque<PendingDelivery> firsts = new ArrayDeque<>();
    private final ArrayDeque<PendingDelivery> again = new ArrayDeque<>();
    private final Map<String, ArrayDeque<PendingDelivery>> behindJob = new HashMap<>();
    private int waitingBehindJobs;
    private int firstsInFlight;
    private int againInFlight;
    private boolean lastWasFirst;
    private double averageMs;
    private long progressNanos;
    private long leavingUntilMs;
    private int places;
    private @Nullable SlidingWindowRateLimiter rate;
    private @Nullable PartitionAssignment owner;
    private CircuitBreaker circuit;
    /** When the work that was sent to a tier for want of room here will all have had its turn. */
    private double queuedUntilMs;

    public WebhookQueue(String webhookId, int places, CircuitBreaker.Rules circuits, PauseTolerantClock time, Way way) {
        this(webhookId, null, places, circuits, time, way);
    }

    public WebhookQueue(
            String webhookId,
            @Nullable AdHocWebhook oneOff,
            int places,
            CircuitBreaker.Rules circuits,
            PauseTolerantClock time,
            Way way) {
        this.webhookId = webhookId;
        this.oneOff = oneOff;
        this.mostPlaces = places;
        this.places = places;
        this.circuits = circuits;
        this.time = time;
        this.way = way;
        this.circuit = new CircuitBreaker(circuits, places);
    }

    public CircuitBreaker circuit() {
        return circuit;
    }

    /**
     * The lane came, or came back, to this worker: what others did meanwhile is not known.
     *
     * @return false when it was this assignment's already
     */
    public boolean takenOver(PartitionAssignment by, DeliveryLimits pace, long sharedUntilMs) {
        if (owner == by) {
            return false;
        }
        owner = by;
        rate = null;
        queuedUntilMs = 0;
        forgive();
        keep(pace, sharedUntilMs);
        return true;
    }

    /** What was changed may have been the cause. */
    public void forgive() {
        circuit = new CircuitBreaker(circuits, mostPlaces);
    }

    /** @param sharedUntilMs until when attempts may have begun that this line did not count */
    public void keep(DeliveryLimits pace, long sharedUntilMs) {
        places = pace.maxInFlight() > 0 ? Math.min(pace.maxInFlight(), mostPlaces) : mostPlaces;
        RateLimit limit = pace.rate();
        if (rate != null && !rate.limit.equals(limit)) {
            queuedUntilMs = 0;
        }
        if (limit == null) {
            rate = null;
        } else if (rate == null || !rate.limit.equals(limit)) {
            rate = new SlidingWindowRateLimiter(limit, sharedUntilMs);
        }
    }

    public QueueAdmission.Load load(boolean isFirst, String jobId, long nowMs) {
        ArrayDeque<PendingDelivery> behind = isFirst ? behindJob.get(jobId) : null;
        int waiting = isFirst ? firsts.size() + waitingBehindJobs : again.size();
        return new QueueAdmission.Load(waiting, behind == null ? 0 : behind.size(), estimatedWaitMs(nowMs));
    }

    private double estimatedWaitMs(long nowMs) {
        double turns = (double) (waiting() + inFlight()) / Math.max(1, circuit.places(places, nowMs));
        double byPaceMs = turns < 1 ? 0 : turns * paceMs(nowMs);
        return rate == null ? byPaceMs : Math.max(byPaceMs, rate.waitMs(waiting(), nowMs));
    }

    /**
     * When one more that finds no room here should come back. Where a rate says how quickly those before it go, it comes
     * when its turn does, so that it is moved once and not each minute; where the circuit is open, after its pause.
     */
    public long comesBackAtMs(long nowMs) {
        double waitMs = Math.max(estimatedWaitMs(nowMs), (double) (circuit.pausedUntilMs() - nowMs));
        if (rate == null && circuit.state(nowMs) == CircuitBreaker.State.CLOSED) {
            return nowMs + (long) waitMs;
        }
        double intervalMs = rate == null ? PUT_OFF_INTERVAL_MS : rate.limit.intervalMs();
        queuedUntilMs = Math.max(queuedUntilMs, nowMs + waitMs) + intervalMs;
        return (long) queuedUntilMs;
    }

    /** How long those that were sent to a tier still wait: who comes new belongs behind them. */
    public double queuedForMs(long nowMs) {
        return Math.max(0, queuedUntilMs - nowMs);
    }

    /** How long until the rate and the circuit let the next attempt begin; 0 when they do. */
    public double pauseMs(long nowMs) {
        double byRateMs = rate == null ? 0 : rate.waitMs(0, nowMs);
        boolean isOpen = circuit.state(nowMs) == CircuitBreaker.State.OPEN;
        return isOpen ? Math.max(byRateMs, (double) (circuit.pausedUntilMs() - nowMs)) : byRateMs;
    }

    public void join(PendingDelivery work) {
        if (inFlight() == 0 && waiting() == 0) {
            progressNanos = time.nanos();
        }
        if (!work.isFirst()) {
            again.add(work);
            return;
        }
        ArrayDeque<PendingDelivery> behind = behindJob.get(work.event().getJobId());
        if (behind != null) {
            behind.add(work);
            waitingBehindJobs++;
        } else {
            behindJob.put(work.event().getJobId(), new ArrayDeque<>(0));
            firsts.add(work);
        }
    }

    /** Whose turn it is; null when no place is free or nobody waits. */
    @Nullable
    public PendingDelivery peek(boolean retriesToo, long nowMs) {
        return hasPlace(nowMs) ? turn(retriesToo).peek() : null;
    }

    private boolean hasPlace(long nowMs) {
        return inFlight() < circuit.places(places, nowMs) && (rate == null || rate.mayBegin(nowMs));
    }

    /** The next to attempt; null when no place is free or nobody waits. Whoever takes one ends with {@link #done} or {@link #turnedAway}. */
    @Nullable
    public PendingDelivery next(boolean retriesToo, long nowMs) {
        while (hasPlace(nowMs)) {
            PendingDelivery work = turn(retriesToo).poll();
            if (work == null) {
                return null;
            }
            if (work.assignment.isActive()) {
                if (inFlight() == 0) {
                    progressNanos = time.nanos();
                }
                count(work, 1);
                if (rate != null) {
                    rate.begins(nowMs);
                }
                lastWasFirst = work.isFirst();
                return work;
            }
            followJob(work);
        }
        return null;
    }

    /** In which of the lines the next one stands. */
    private ArrayDeque<PendingDelivery> turn(boolean retriesToo) {
        if (!retriesToo || again.isEmpty()) {
            return firsts;
        }
        if (firsts.isEmpty()) {
            return again;
        }
        // a single place cannot be shared, so they take turns
        boolean isFirsts =
                againInFlight >= againShare() || (places == 1 ? !lastWasFirst : firstsInFlight < places - againShare());
        return isFirsts ? firsts : again;
    }

    private int againShare() {
        return Math.max(1, places / 2);
    }

    private void count(PendingDelivery work, int change) {
        if (work.isFirst()) {
            firstsInFlight += change;
        } else {
            againInFlight += change;
        }
    }

    /**
     * The work's request ended.
     *
     * @param runningNanos when, in time as the loop lives it
     */
    public void done(PendingDelivery work, double tookMs, long runningNanos) {
        progressNanos = runningNanos;
        averageMs = averageMs == 0 ? tookMs : averageMs + (tookMs - averageMs) * NEWEST_WEIGHT;
        release(work);
    }

    /** It is not attempted after all, and takes none of the rate. */
    public void turnedAway(PendingDelivery work) {
        if (rate != null) {
            rate.takesBack();
        }
        release(work);
    }

    /** The work leaves its place, sent or not. */
    private void release(PendingDelivery work) {
        count(work, -1);
        followJob(work);
    }

    private void followJob(PendingDelivery work) {
        if (!work.isFirst()) {
            return;
        }
        String job = work.event().getJobId();
        ArrayDeque<PendingDelivery> behind = behindJob.get(job);
        if (behind == null || behind.isEmpty()) {
            behindJob.remove(job);
        } else {
            firsts.addFirst(behind.remove());
            waitingBehindJobs--;
        }
    }

    /** What an attempt takes: as they took of late, or longer when none has ended since. */
    private double paceMs(long nowMs) {
        boolean isStuck = inFlight() > 0 || (waiting() > 0 && pauseMs(nowMs) == 0);
        return isStuck ? Math.max(averageMs, (time.turnNanos() - progressNanos) / 1e6) : averageMs;
    }

    /** Takes out all that waits, first attempts in order: they go on waiting elsewhere. */
    public List<PendingDelivery> takeWaiting() {
        List<PendingDelivery> taken = new ArrayList<>();
        for (PendingDelivery head : firsts) {
            taken.add(head);
            ArrayDeque<PendingDelivery> behind = behindJob.remove(head.event().getJobId());
            if (behind != null) {
                taken.addAll(behind);
            }
        }
        firsts.clear();
        for (ArrayDeque<PendingDelivery> behindFlying : behindJob.values()) {
            taken.addAll(behindFlying);
            behindFlying.clear();
        }
        waitingBehindJobs = 0;
        taken.addAll(again);
        again.clear();
        return taken;
    }

    int inFlight() {
        return firstsInFlight + againInFlight;
    }

    public int waiting() {
        return firsts.size() + waitingBehindJobs + again.size();
    }

    double averageMs() {
        return averageMs;
    }

    /** Whether this worker sends the webhook's new deliveries elsewhere for a while, so that they keep their order. */
    public boolean isLeaving(long nowMs) {
        return nowMs < leavingUntilMs;
    }

    public void leaveUntil(long ms) {
        leavingUntilMs = Math.max(leavingUntilMs, ms);
        // what it knows of its pace will be old by then
        averageMs = 0;
    }

    /** Whether nothing is in its hands; it may still know something. */
    boolean isEmpty() {
        return inFlight() == 0 && waiting() == 0;
    }

    /** Whether a new one would do as well. */
    boolean isIdle(long nowMs) {
        boolean isDone = isEmpty() && !isLeaving(nowMs) && queuedForMs(nowMs) == 0;
        return isDone && circuit.isAtRest(nowMs) && (rate == null || rate.isFree(nowMs));
    }
}
