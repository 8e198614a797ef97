package io.kurier.dispatcher;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The work of one webhook on one way: what is in flight, and what waits for a place. First attempts of one job go one
 * after another, in order; retries and replays stand in a line of their own with their own share of the places, so that a
 * storm of them never stands in front of first attempts. The event loop's.
 */
final class Line {
    private static final double NEWEST_WEIGHT = 0.2;

    final String webhookId;
    private final int places;
    private final ArrayDeque<Work> firsts = new ArrayDeque<>();
    private final ArrayDeque<Work> again = new ArrayDeque<>();
    private final Map<String, ArrayDeque<Work>> behindJob = new HashMap<>();
    private int waitingBehindJobs;
    private int firstsInFlight;
    private int againInFlight;
    private boolean lastWasFirst;
    private double averageMs;
    private long leavingUntilMs;

    Line(String webhookId, int places) {
        this.webhookId = webhookId;
        this.places = places;
    }

    Admission.Load load(boolean isFirst, String jobId) {
        ArrayDeque<Work> behind = isFirst ? behindJob.get(jobId) : null;
        int waiting = isFirst ? firsts.size() + waitingBehindJobs : again.size();
        double turns = (double) (waiting() + inFlight()) / places;
        return new Admission.Load(waiting, behind == null ? 0 : behind.size(), turns < 1 ? 0 : turns * averageMs);
    }

    void join(Work work) {
        if (!work.isFirst()) {
            again.add(work);
            return;
        }
        ArrayDeque<Work> behind = behindJob.get(work.event().getJobId());
        if (behind != null) {
            behind.add(work);
            waitingBehindJobs++;
        } else {
            behindJob.put(work.event().getJobId(), new ArrayDeque<>(0));
            firsts.add(work);
        }
    }

    /** The next to attempt; null when no place is free or nobody waits. Whoever takes one ends with {@link #done} or {@link #release}. */
    @Nullable
    Work next(boolean retriesToo) {
        while (inFlight() < places) {
            Work work = isFirstsTurn(retriesToo) ? firsts.poll() : retriesToo ? again.poll() : null;
            if (work == null) {
                return null;
            }
            if (work.assignment.isActive()) {
                count(work, 1);
                lastWasFirst = work.isFirst();
                return work;
            }
            followJob(work);
        }
        return null;
    }

    private boolean isFirstsTurn(boolean retriesToo) {
        if (firsts.isEmpty()) {
            return false;
        }
        boolean othersMayGo = retriesToo && !again.isEmpty() && againInFlight < againShare();
        if (!othersMayGo) {
            return true;
        }
        // a single place cannot be shared, so they take turns
        return places == 1 ? !lastWasFirst : firstsInFlight < places - againShare();
    }

    private int againShare() {
        return Math.max(1, places / 2);
    }

    private void count(Work work, int change) {
        if (work.isFirst()) {
            firstsInFlight += change;
        } else {
            againInFlight += change;
        }
    }

    /** The work's request ended. */
    void done(Work work, double tookMs) {
        averageMs = averageMs == 0 ? tookMs : averageMs + (tookMs - averageMs) * NEWEST_WEIGHT;
        release(work);
    }

    /** The work leaves its place, sent or not. */
    void release(Work work) {
        count(work, -1);
        followJob(work);
    }

    private void followJob(Work work) {
        if (!work.isFirst()) {
            return;
        }
        String job = work.event().getJobId();
        ArrayDeque<Work> behind = behindJob.get(job);
        if (behind == null || behind.isEmpty()) {
            behindJob.remove(job);
        } else {
            firsts.addFirst(behind.remove());
            waitingBehindJobs--;
        }
    }

    int inFlight() {
        return firstsInFlight + againInFlight;
    }

    int waiting() {
        return firsts.size() + waitingBehindJobs + again.size();
    }

    double averageMs() {
        return averageMs;
    }

    /** Whether this worker sends the webhook's new deliveries elsewhere for a while, so that they keep their order. */
    boolean isLeaving(long nowMs) {
        return nowMs < leavingUntilMs;
    }

    void leaveUntil(long ms) {
        leavingUntilMs = ms;
        // what it knows of its pace will be old by then
        averageMs = 0;
    }

    boolean isIdle(long nowMs) {
        return inFlight() == 0 && waiting() == 0 && !isLeaving(nowMs);
    }
}
