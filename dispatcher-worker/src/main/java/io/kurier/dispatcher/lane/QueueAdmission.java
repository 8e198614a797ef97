package io.kurier.dispatcher.lane;

import java.time.Duration;

/** What becomes of a delivery that comes to a webhook's line: a pure decision. */
public enum QueueAdmission {
    /** It takes its place in the line, and is attempted as soon as its turn comes. */
    JOIN,
    /** The line is full but quick: its partition waits a moment, since moving the delivery would cost more. */
    HOLD_BACK,
    /** It waits elsewhere: from the direct way in the lane, from the lane in a tier. */
    LEAVE;

    /**
     * The line's bounds.
     *
     * @param length how many may wait at once
     * @param behindJob how many may wait behind one job's attempt
     * @param longestWait how long a new one may have to wait, by the line's own pace
     * @param longestHoldBack how long a partition may wait for a full line, by the line's own pace
     */
    public record Bounds(int length, int behindJob, Duration longestWait, Duration longestHoldBack) {
        /** While so many of the partition's offsets are open, a slow line must not take what is left from the others. */
        public Bounds at(int open, int mostOpen) {
            return open * 2 <= mostOpen || longestWait.compareTo(longestHoldBack) <= 0
                    ? this
                    : new Bounds(length, behindJob, longestHoldBack, longestHoldBack);
        }
    }

    /**
     * What the line looks like.
     *
     * @param waiting deliveries in it
     * @param behindJob of them, behind an attempt of the same job
     * @param estimatedWaitMs of one more, at the line's own pace
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
