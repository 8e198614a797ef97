package io.kurier.dispatcher.intake;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;

/**
 * Reads the ids of events that came before a partition was taken over, in steps from the newest to the oldest, so that what
 * is known when the time is up is what is most likely repeated. Its intake's.
 */
final class RecentIdsRecovery {
    /** Records of a step. */
    static final int STEP = 10_000;

    /** What a step found, in rising order of offsets. */
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
     * @param lowest where ids begin to be worth remembering
     * @param base where work begins
     * @param deadlineNanos when no further step is begun
     */
    RecentIdsRecovery(long lowest, long base, long deadlineNanos) {
        this.lowest = lowest;
        this.base = base;
        this.deadlineNanos = deadlineNanos;
        this.to = base;
        this.from = Math.max(lowest, base - STEP);
    }

    /** Where to read now. */
    long position() {
        return from;
    }

    /** Whether the record belongs to the step at hand. */
    boolean takes(long offset) {
        return offset < to;
    }

    /** Whether the time is up: what cannot be read now is done without. */
    boolean isOver(long nowNanos) {
        return nowNanos - deadlineNanos >= 0;
    }

    void found(long high, long low, long offset, long timeMs) {
        step.add(high, low, offset, timeMs);
    }

    /**
     * Everything below this offset was read.
     *
     * @return whether reading goes on at another {@link #position}: of the next step, or, when there is none, the base
     */
    boolean ends(long nextOffset, long nowNanos) {
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

    /** What was found, in the order of the partition. */
    void tell(RecentIds ids) {
        for (Iterator<Ids> found = steps.iterator(); found.hasNext(); found.remove()) {
            Ids next = found.next();
            for (int i = 0; i < next.used; i += 4) {
                ids.isRepetition(next.longs[i], next.longs[i + 1], next.longs[i + 2], next.longs[i + 3]);
            }
        }
    }
}
