package io.kurier.dispatcher.intake;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;

/**
 * Recovers the event ids from before a partition's takeover, in steps from the newest to the oldest, so that the ids known when
 * the time is up are those most likely to be repeated. Consumer thread only.
 */
final class RecentIdsRecovery {
    /** Offsets of one step. */
    static final int STEP = 10_000;

    /** The ids that a step found, by rising offset. */
    private static final class Ids {
        private long[] longs = new long[64];
        private int used;

        void add(long high, long low, long offset, long timeMs) {
            if (used + 4 > longs.length) {
                longs = Arrays.copyOf(longs, longs.length * 2);
            }
            longs[used++] = high;
            longs[used++] = low;
            longs[used++] = offset;
            longs[used++] = timeMs;
        }
    }

    private final long lowest;
    private final long base;
    private final long deadlineNanos;
    private final Deque<Ids> steps = new ArrayDeque<>();
    private Ids step = new Ids();
    private long from;
    private long to;

    /**
     * @param lowest the lowest offset whose id is of use
     * @param base the first offset to be processed
     * @param deadlineNanos monotonic time after which no further step starts
     */
    RecentIdsRecovery(long lowest, long base, long deadlineNanos) {
        this.lowest = lowest;
        this.base = base;
        this.deadlineNanos = deadlineNanos;
        this.to = base;
        this.from = Math.max(lowest, base - STEP);
    }

    /** The offset to read from now. */
    long position() {
        return from;
    }

    /** Whether the record belongs to the current step. */
    boolean takes(long offset) {
        return offset < to;
    }

    /** Whether the time is up: ids that cannot be read now are left out. */
    boolean isOver(long nowNanos) {
        return nowNanos - deadlineNanos >= 0;
    }

    void found(long high, long low, long offset, long timeMs) {
        step.add(high, low, offset, timeMs);
    }

    /**
     * Every record below this offset was read.
     *
     * @return whether reading goes on at another {@link #position}: that of the next step, or the base after the last one
     */
    boolean endsStep(long nextOffset, long nowNanos) {
        if (nextOffset < to) {
            return false;
        }
        steps.addFirst(step);
        step = new Ids();
        boolean isLast = from == lowest || isOver(nowNanos);
        to = isLast ? base : from;
        from = isLast ? base : Math.max(lowest, from - STEP);
        return true;
    }

    boolean isDone() {
        return from == base;
    }

    /** Adds the ids that were found, by rising offset. */
    void addTo(RecentIds ids) {
        for (Iterator<Ids> found = steps.iterator(); found.hasNext(); found.remove()) {
            Ids next = found.next();
            for (int i = 0; i < next.used; i += 4) {
                ids.isDuplicate(next.longs[i], next.longs[i + 1], next.longs[i + 2], next.longs[i + 3]);
            }
        }
    }
}
