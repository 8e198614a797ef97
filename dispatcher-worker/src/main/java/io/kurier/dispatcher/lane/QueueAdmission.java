package io.kurier.dispatcher.lane;

import java.time.Duration;

/** Whether a delivery may wait in its webhook's queue: a pure decision. */
public enum QueueAdmission {
    /** The delivery joins the queue, and is attempted when its turn comes. */
    JOIN,
    /** The queue is full but fast: the partition waits a moment, since moving the delivery would cost more. */
    HOLD_BACK,
    /** The delivery waits elsewhere: from the direct path in the lane, from the lane in a tier. */
    LEAVE;

    /**
     * The queue's bounds.
     *
     * @param length how many may wait at once
     * @param behindJob how many may wait for an earlier delivery of the same job
     * @param longestWait the longest estimated wait for a new delivery
     * @param longestHoldBack the longest estimated wait for which a full queue holds its partition back
     */
    public record Bounds(int length, int behindJob, Duration longestWait, Duration longestHoldBack) {
        /** While more than half of the partition's offsets are open, a slow queue must not take the rest from the others. */
        public Bounds at(int open, int mostOpen) {
            return open * 2 <= mostOpen || longestWait.compareTo(longestHoldBack) <= 0
                    ? this
                    : new Bounds(length, behindJob, longestHoldBack, longestHoldBack);
        }
    }

    /**
     * How full the queue is.
     *
     * @param waiting deliveries that wait
     * @param behindJob those of them that wait for an earlier delivery of the same job
     * @param estimatedWaitMs milliseconds one more delivery would wait, at the queue's recent pace
     */
    public record Load(int waiting, int behindJob, double estimatedWaitMs) {}

    public static QueueAdmission decide(Load load, Bounds bounds) {
        if (load.behindJob() >= bounds.behindJob()
                || load.estimatedWaitMs() > bounds.longestWait().toMillis()) {
            return LEAVE;
        }
        if (load.waiting() < bounds.length()) {
            return JOIN;
        }
        return load.estimatedWaitMs() <= bounds.longestHoldBack().toMillis() ? HOLD_BACK : LEAVE;
    }
}
