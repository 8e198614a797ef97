package io.kurier.dispatcher.routing;

import io.kurier.dispatcher.delivery.PendingDelivery;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Events of which a webhook wants a job's newest only. The first goes on at once; of those that follow within the interval the
 * newest waits, its offset open, until the interval ends or another event of its job comes, which it goes before. The
 * event loop's.
 */
final class JobThrottle {
    private record Key(String webhookId, String jobId) {}

    /** What one job's events did at one webhook. */
    private static final class Job {
        final Map<String, Long> freeAtMs = new HashMap<>();

        @Nullable
        Turn next;
    }

    /** When the newest of a job's events of one type goes on. */
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

    /** Jobs of which something is known; of more, all events go on at once. */
    private static final int MAX_JOBS = 100_000;

    /**
     * How much may wait, since it keeps offsets open and memory taken; more goes on at once.
     *
     * @param waiting deliveries of one partition
     * @param bytes of records, of all partitions
     */
    record Bounds(int waiting, long bytes) {}

    private final Bounds bounds;
    private final Consumer<PendingDelivery> goesOn;
    private final Consumer<PendingDelivery> superseded;
    private final Map<Key, Job> jobs = new HashMap<>();
    private int waiting;
    private long bytes;
    private final PriorityQueue<Turn> turns = new PriorityQueue<>(Comparator.comparingLong(turn -> turn.atMs));

    /**
     * @param goesOn told of each work whose turn it is, in its job's order
     * @param superseded told of each that a newer one made needless
     */
    JobThrottle(Bounds bounds, Consumer<PendingDelivery> goesOn, Consumer<PendingDelivery> superseded) {
        this.bounds = bounds;
        this.goesOn = goesOn;
        this.superseded = superseded;
    }

    /** @param interval of events of this type; null when they are not throttled */
    void arrives(PendingDelivery work, @Nullable Duration interval, long nowMs) {
        Key key = new Key(work.webhookId, work.event().getJobId());
        boolean isNew = interval != null && jobs.size() < MAX_JOBS;
        Job job = isNew ? jobs.computeIfAbsent(key, k -> new Job()) : jobs.get(key);
        if (job == null) {
            goesOn.accept(work);
            return;
        }
        if (interval != null && replaces(job.next, work)) {
            return;
        }
        takeTurn(job, nowMs);
        String type = work.event().getType();
        long freeAtMs = job.freeAtMs.getOrDefault(type, nowMs);
        if (interval != null && freeAtMs > nowMs && mayWait(work)) {
            Turn turn = new Turn(job, freeAtMs, interval.toMillis());
            turn.newest = work;
            count(work, 1);
            job.next = turn;
            turns.add(turn);
            return;
        }
        if (interval != null) {
            job.freeAtMs.put(type, nowMs + interval.toMillis());
        }
        goesOn.accept(work);
    }

    private boolean mayWait(PendingDelivery work) {
        boolean hasRoom = work.assignment.throttled < bounds.waiting() && bytes + work.slot.bytes <= bounds.bytes();
        return hasRoom && !work.assignment.offsets.isHalfFull();
    }

    private void count(PendingDelivery work, int change) {
        work.assignment.throttled += change;
        waiting += change;
        bytes += (long) change * work.slot.bytes;
    }

    /** The newer one takes the older one's turn. */
    private boolean replaces(@Nullable Turn turn, PendingDelivery work) {
        PendingDelivery older = turn == null ? null : turn.newest;
        if (turn == null
                || older == null
                || !older.event().getType().equals(work.event().getType())) {
            return false;
        }
        count(older, -1);
        count(work, 1);
        turn.newest = work;
        if (older.assignment.isActive()) {
            superseded.accept(older);
        }
        return true;
    }

    private void takeTurn(Job job, long nowMs) {
        Turn turn = job.next;
        PendingDelivery work = turn == null ? null : turn.newest;
        job.next = null;
        if (turn == null || work == null) {
            return;
        }
        turn.newest = null;
        turns.remove(turn);
        count(work, -1);
        job.freeAtMs.put(work.event().getType(), nowMs + turn.intervalMs);
        if (work.assignment.isActive()) {
            goesOn.accept(work);
        }
    }

    /** Lets go on what has waited its time. */
    void refresh(long nowMs) {
        while (!turns.isEmpty() && isDue(turns.element(), nowMs)) {
            Turn turn = turns.remove();
            if (turn.newest != null) {
                takeTurn(turn.job, nowMs);
            }
        }
    }

    /** Nobody waits longer than the interval, though the clock was set back. */
    private static boolean isDue(Turn turn, long nowMs) {
        return turn.atMs <= nowMs || turn.atMs - nowMs > turn.intervalMs;
    }

    /** Nothing waits any more for this webhook, whose owner may throttle it otherwise now. */
    void letGo(String webhookId, long nowMs) {
        for (Key key : List.copyOf(jobs.keySet())) {
            if (key.webhookId().equals(webhookId)) {
                letGo(webhookId, key.jobId(), nowMs);
            }
        }
    }

    /** An event that passes this by must not be overtaken by what waits. */
    void letGo(String webhookId, String jobId, long nowMs) {
        Job job = jobs.get(new Key(webhookId, jobId));
        if (job != null) {
            takeTurn(job, nowMs);
        }
    }

    /** Forgets jobs of which nothing waits and nothing would have to. */
    void dropIdle(long nowMs) {
        jobs.values()
                .removeIf(job ->
                        job.next == null && job.freeAtMs.values().stream().allMatch(free -> free <= nowMs));
    }

    int waiting() {
        return waiting;
    }
}
