package io.kurier.dispatcher.routing;

import io.kurier.dispatcher.delivery.PendingDelivery;
import io.kurier.dispatcher.offsets.PartitionAssignment;
import io.kurier.dispatcher.waiting.WaitCounts;
import io.kurier.dispatcher.waiting.WaitReason;
import io.kurier.dispatcher.waiting.WaitingPlace;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Throttled event types: a webhook gets only the newest event of a job and type in each interval. The first goes on at once; of
 * those that follow within the interval, the newest waits with its offset open, until the interval ends or another event of its
 * job comes, which it precedes. Event loop only.
 */
final class JobThrottle implements WaitingPlace {
    private record Key(String webhookId, String jobId) {}

    /** The events of one job at one webhook. */
    private static final class Job {
        final Map<String, Long> freeAtMs = new HashMap<>();

        @Nullable
        Turn next;
    }

    /** When the newest event of one type of a job goes on. */
    private static final class Turn {
        final Job job;
        final long atMs;
        final long intervalMs;

        @Nullable
        PendingDelivery newest;

        Turn(Job job, long atMs, long intervalMs) {
            this.job = job;
            this.atMs = atMs;
            this.intervalMs = intervalMs;
        }
    }

    /** Jobs that are remembered; events of further jobs go on at once. */
    private static final int MAX_JOBS = 100_000;

    /**
     * Bounds of the waiting deliveries, which keep offsets open and use memory. Deliveries beyond them go on at once.
     *
     * @param waiting number of deliveries of one partition
     * @param bytes of the records of all partitions
     */
    record Bounds(int waiting, long bytes) {}

    private final Bounds bounds;
    private final InstantSource clock;
    private final Consumer<PendingDelivery> goesOn;
    private final Consumer<PendingDelivery> superseded;
    private final Map<Key, Job> jobs = new HashMap<>();
    private final Map<PartitionAssignment, Integer> byAssignment = new HashMap<>();
    private int waiting;
    private long bytes;
    private final PriorityQueue<Turn> turns = new PriorityQueue<>(Comparator.comparingLong(turn -> turn.atMs));

    /**
     * @param goesOn called with each delivery that need not wait any longer, in its job's order
     * @param superseded called with each delivery that a newer one replaces
     */
    JobThrottle(
            Bounds bounds,
            InstantSource clock,
            Consumer<PendingDelivery> goesOn,
            Consumer<PendingDelivery> superseded) {
        this.bounds = bounds;
        this.clock = clock;
        this.goesOn = goesOn;
        this.superseded = superseded;
    }

    /** @param interval of events of this type; null if they are not throttled */
    void add(PendingDelivery delivery, @Nullable Duration interval) {
        long nowMs = clock.millis();
        Key key = new Key(delivery.webhookId, delivery.event().getJobId());
        boolean isNew = interval != null && jobs.size() < MAX_JOBS;
        Job job = isNew ? jobs.computeIfAbsent(key, k -> new Job()) : jobs.get(key);
        if (job == null) {
            goesOn.accept(delivery);
            return;
        }
        if (interval != null && replaces(job.next, delivery)) {
            return;
        }
        takeTurn(job, nowMs);
        String type = delivery.event().getType();
        long freeAtMs = job.freeAtMs.getOrDefault(type, nowMs);
        if (interval != null && freeAtMs > nowMs && mayWait(delivery)) {
            Turn turn = new Turn(job, freeAtMs, interval.toMillis());
            turn.newest = delivery;
            count(delivery, 1);
            job.next = turn;
            turns.add(turn);
            return;
        }
        if (interval != null) {
            job.freeAtMs.put(type, nowMs + interval.toMillis());
        }
        goesOn.accept(delivery);
    }

    private boolean mayWait(PendingDelivery delivery) {
        boolean hasRoom = byAssignment.getOrDefault(delivery.assignment, 0) < bounds.waiting()
                && bytes + delivery.slot.bytes <= bounds.bytes();
        return hasRoom && !delivery.assignment.offsets.isHalfFull();
    }

    private static @Nullable Integer sumOrNone(int one, int other) {
        int sum = one + other;
        return sum == 0 ? null : sum;
    }

    private void count(PendingDelivery delivery, int change) {
        byAssignment.merge(delivery.assignment, change, JobThrottle::sumOrNone);
        waiting += change;
        bytes += (long) change * delivery.slot.bytes;
    }

    /** The newer delivery takes the turn of the older one. */
    private boolean replaces(@Nullable Turn turn, PendingDelivery delivery) {
        PendingDelivery older = turn == null ? null : turn.newest;
        if (turn == null
                || older == null
                || !older.event().getType().equals(delivery.event().getType())) {
            return false;
        }
        count(older, -1);
        count(delivery, 1);
        turn.newest = delivery;
        if (older.assignment.isActive()) {
            superseded.accept(older);
        }
        return true;
    }

    private void takeTurn(Job job, long nowMs) {
        Turn turn = job.next;
        PendingDelivery delivery = turn == null ? null : turn.newest;
        job.next = null;
        if (turn == null || delivery == null) {
            return;
        }
        turn.newest = null;
        turns.remove(turn);
        count(delivery, -1);
        job.freeAtMs.put(delivery.event().getType(), nowMs + turn.intervalMs);
        if (delivery.assignment.isActive()) {
            goesOn.accept(delivery);
        }
    }

    @Override
    public void wake() {
        if (turns.isEmpty()) {
            return;
        }
        long nowMs = clock.millis();
        while (!turns.isEmpty() && isDue(turns.element(), nowMs)) {
            Turn turn = turns.remove();
            if (turn.newest != null) {
                takeTurn(turn.job, nowMs);
            }
        }
    }

    /** No delivery waits longer than the interval, even if the clock was set back. */
    private static boolean isDue(Turn turn, long nowMs) {
        return turn.atMs <= nowMs || turn.atMs - nowMs > turn.intervalMs;
    }

    /** Lets go on everything that waits for this webhook, whose settings may have changed. */
    void release(String webhookId) {
        for (Key key : List.copyOf(jobs.keySet())) {
            if (key.webhookId().equals(webhookId)) {
                release(webhookId, key.jobId());
            }
        }
    }

    /** Continues the waiting delivery of this job, because a later event of the job is about to be delivered. */
    void release(String webhookId, String jobId) {
        Job job = jobs.get(new Key(webhookId, jobId));
        if (job != null) {
            takeTurn(job, clock.millis());
        }
    }

    /** Forgets jobs for which nothing waits and whose intervals are over. */
    void dropIdle(long nowMs) {
        jobs.values()
                .removeIf(job ->
                        job.next == null && job.freeAtMs.values().stream().allMatch(free -> free <= nowMs));
    }

    @Override
    public void countInto(WaitCounts counts) {
        counts.add(WaitReason.THROTTLE, waiting);
    }
}
