package io.kurier.dispatcher;

import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Events of which a webhook wants a job's newest only. The first goes on at once; of those that follow within the interval the
 * newest waits, its offset open, until the interval ends or another event of its job comes, which it goes before. The
 * event loop's.
 */
final class Throttled {
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
        Work newest;

        Turn(Job job, long atMs, long intervalMs) {
            this.job = job;
            this.atMs = atMs;
            this.intervalMs = intervalMs;
        }
    }

    private final int mostWaiting;
    private final Consumer<Work> goesOn;
    private final Consumer<Work> superseded;
    private final Map<Key, Job> jobs = new HashMap<>();
    private final PriorityQueue<Turn> turns = new PriorityQueue<>(Comparator.comparingLong(turn -> turn.atMs));

    /**
     * @param mostWaiting of one partition, since each keeps its offset open; more go on at once
     * @param goesOn told of each work whose turn it is, in its job's order
     * @param superseded told of each that a newer one made needless
     */
    Throttled(int mostWaiting, Consumer<Work> goesOn, Consumer<Work> superseded) {
        this.mostWaiting = mostWaiting;
        this.goesOn = goesOn;
        this.superseded = superseded;
    }

    /** @param interval of events of this type; null when they are not throttled */
    void arrives(Work work, @Nullable Duration interval, long nowMs) {
        Key key = new Key(work.webhookId, work.event().getJobId());
        Job job = interval == null ? jobs.get(key) : jobs.computeIfAbsent(key, k -> new Job());
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
        if (interval != null && freeAtMs > nowMs && work.assignment.throttled < mostWaiting) {
            Turn turn = new Turn(job, freeAtMs, interval.toMillis());
            turn.newest = work;
            work.assignment.throttled++;
            job.next = turn;
            turns.add(turn);
            return;
        }
        if (interval != null) {
            job.freeAtMs.put(type, nowMs + interval.toMillis());
        }
        goesOn.accept(work);
    }

    /** The newer one takes the older one's turn. */
    private boolean replaces(@Nullable Turn turn, Work work) {
        Work older = turn == null ? null : turn.newest;
        if (turn == null
                || older == null
                || !older.event().getType().equals(work.event().getType())) {
            return false;
        }
        older.assignment.throttled--;
        work.assignment.throttled++;
        turn.newest = work;
        if (older.assignment.isActive()) {
            superseded.accept(older);
        }
        return true;
    }

    private void takeTurn(Job job, long nowMs) {
        Turn turn = job.next;
        Work work = turn == null ? null : turn.newest;
        job.next = null;
        if (turn == null || work == null) {
            return;
        }
        turn.newest = null;
        work.assignment.throttled--;
        job.freeAtMs.put(work.event().getType(), nowMs + turn.intervalMs);
        if (work.assignment.isActive()) {
            goesOn.accept(work);
        }
    }

    /** Lets go on what has waited its time. */
    void refresh(long nowMs) {
        while (!turns.isEmpty() && turns.element().atMs <= nowMs) {
            Turn turn = turns.remove();
            if (turn.newest != null) {
                takeTurn(turn.job, nowMs);
            }
        }
    }

    /** Forgets jobs of which nothing waits and nothing would have to. */
    void dropIdle(long nowMs) {
        jobs.values()
                .removeIf(job ->
                        job.next == null && job.freeAtMs.values().stream().allMatch(free -> free <= nowMs));
    }

    int waiting() {
        return (int) turns.stream().filter(turn -> turn.newest != null).count();
    }
}
