package io.kurier.dispatcher.lane;

import io.kurier.dispatcher.delivery.PendingDelivery;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * In which order the deliveries of one webhook are attempted. First attempts of a job go one after another, in order. Retries
 * and replays have a queue and a share of the concurrency of their own, so that a retry storm does not hold up first
 * attempts. Event loop only.
 */
final class DeliveryOrder {
    private final ArrayDeque<PendingDelivery> firsts = new ArrayDeque<>();
    private final ArrayDeque<PendingDelivery> retries = new ArrayDeque<>();
    /** By job id, first attempts that wait for an earlier one of the job; a job has an entry while it has a first attempt. */
    private final Map<String, ArrayDeque<PendingDelivery>> behindJob = new HashMap<>();

    private int waitingBehindJobs;
    private int firstsInFlight;
    private int retriesInFlight;
    private boolean lastWasFirst;

    void add(PendingDelivery delivery) {
        if (!delivery.isFirst()) {
            retries.add(delivery);
            return;
        }
        String jobId = delivery.event().getJobId();
        ArrayDeque<PendingDelivery> behind = behindJob.get(jobId);
        if (behind != null) {
            behind.add(delivery);
            waitingBehindJobs++;
        } else {
            behindJob.put(jobId, new ArrayDeque<>(0));
            firsts.add(delivery);
        }
    }

    /**
     * The next delivery.
     *
     * @param retriesToo whether retries and replays may start now
     * @param concurrency attempts that may be in flight, for the share of retries
     */
    @Nullable
    PendingDelivery peek(boolean retriesToo, int concurrency) {
        return next(retriesToo, concurrency).peek();
    }

    /** Takes it out; it counts as in flight until {@link #release}. */
    @Nullable
    PendingDelivery take(boolean retriesToo, int concurrency) {
        PendingDelivery delivery = next(retriesToo, concurrency).poll();
        while (delivery != null && !delivery.assignment.isActive()) {
            letJobGoOn(delivery);
            delivery = next(retriesToo, concurrency).poll();
        }
        if (delivery != null) {
            count(delivery, 1);
            lastWasFirst = delivery.isFirst();
        }
        return delivery;
    }

    private ArrayDeque<PendingDelivery> next(boolean retriesToo, int concurrency) {
        if (!retriesToo || retries.isEmpty()) {
            return firsts;
        }
        if (firsts.isEmpty()) {
            return retries;
        }
        int retryShare = Math.max(1, concurrency / 2);
        // a single place cannot be shared, so they take turns
        boolean isTurnOfFirsts = retriesInFlight >= retryShare
                || (concurrency == 1 ? !lastWasFirst : firstsInFlight < concurrency - retryShare);
        return isTurnOfFirsts ? firsts : retries;
    }

    /** The delivery is no longer in flight, whether it was sent or not. */
    void release(PendingDelivery delivery) {
        count(delivery, -1);
        letJobGoOn(delivery);
    }

    private void count(PendingDelivery delivery, int change) {
        if (delivery.isFirst()) {
            firstsInFlight += change;
        } else {
            retriesInFlight += change;
        }
    }

    private void letJobGoOn(PendingDelivery delivery) {
        if (!delivery.isFirst()) {
            return;
        }
        String jobId = delivery.event().getJobId();
        ArrayDeque<PendingDelivery> behind = behindJob.get(jobId);
        if (behind == null || behind.isEmpty()) {
            behindJob.remove(jobId);
        } else {
            firsts.addFirst(behind.remove());
            waitingBehindJobs--;
        }
    }

    /** Takes out everything that waits, first attempts in their order. Deliveries of inactive assignments are dropped. */
    List<PendingDelivery> takeWaiting() {
        List<PendingDelivery> taken = new ArrayList<>();
        for (PendingDelivery head : firsts) {
            taken.add(head);
            ArrayDeque<PendingDelivery> behind = behindJob.remove(head.event().getJobId());
            if (behind != null) {
                taken.addAll(behind);
            }
        }
        firsts.clear();
        for (ArrayDeque<PendingDelivery> behindInFlight : behindJob.values()) {
            taken.addAll(behindInFlight);
            behindInFlight.clear();
        }
        waitingBehindJobs = 0;
        taken.addAll(retries);
        retries.clear();
        taken.removeIf(delivery -> !delivery.assignment.isActive());
        return taken;
    }

    /** First attempts, or retries and replays, that wait. */
    int waiting(boolean isFirst) {
        return isFirst ? firsts.size() + waitingBehindJobs : retries.size();
    }

    /** First attempts of the job that wait for an earlier one. */
    int waitingBehind(String jobId) {
        ArrayDeque<PendingDelivery> behind = behindJob.get(jobId);
        return behind == null ? 0 : behind.size();
    }

    int waiting() {
        return firsts.size() + waitingBehindJobs + retries.size();
    }

    int inFlight() {
        return firstsInFlight + retriesInFlight;
    }
}
