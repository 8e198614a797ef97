package io.kurier.dispatcher.intake;

import java.util.Arrays;

/**
 * At which offset of a partition each id came first, for those of a window: the newest ones, up to a number and an age. Ids
 * are 128 bits of a hash, so that one takes about 48 bytes. A ring in the order of offsets, and a table of places in it.
 * Its intake's.
 */
final class RecentIds {
    private static final int FIRST_CAPACITY = 64;
    /** Of a place in the ring. */
    private static final int LONGS = 4;

    private final int most;
    private final long windowMs;
    /** Of each id: both halves, its offset, and when it came by the partition's own clock. */
    private long[] ring = new long[FIRST_CAPACITY * LONGS];
    /** Places in the ring, counted from 1, where their hash says or behind; 0 is free. */
    private int[] table = new int[FIRST_CAPACITY * 2];

    private int first;
    private int count;
    private long clockMs = Long.MIN_VALUE;

    RecentIds(int most, long windowMs) {
        this.most = most;
        this.windowMs = windowMs;
    }

    /**
     * The record at this offset has this id; offsets rise from call to call.
     *
     * @param timeMs of the record; what counts is the latest time so far, since publishers set it
     * @return whether an id like it came at a lower offset
     */
    boolean isRepetition(long high, long low, long offset, long timeMs) {
        clockMs = Math.max(clockMs, timeMs);
        while (count > 0 && ring[first * LONGS + 3] < clockMs - windowMs) {
            forgetFirst();
        }
        int at = find(high, low);
        if (table[at] != 0) {
            return ring[(table[at] - 1) * LONGS + 2] < offset;
        }
        if (count == most) {
            forgetFirst();
        } else if (count == capacity()) {
            grow();
        }
        remember(high, low, offset, clockMs);
        return false;
    }

    /** The lowest offset that is still of use; the greatest number when there is none. */
    long lowest() {
        return count == 0 ? Long.MAX_VALUE : ring[first * LONGS + 2];
    }

    int size() {
        return count;
    }

    private int capacity() {
        return ring.length / LONGS;
    }

    private void remember(long high, long low, long offset, long atMs) {
        int place = (first + count) % capacity();
        ring[place * LONGS] = high;
        ring[place * LONGS + 1] = low;
        ring[place * LONGS + 2] = offset;
        ring[place * LONGS + 3] = atMs;
        table[find(high, low)] = place + 1;
        count++;
    }

    /** Where in the table the id stands, or would. */
    private int find(long high, long low) {
        int at = home(high);
        while (table[at] != 0) {
            int place = (table[at] - 1) * LONGS;
            if (ring[place] == high && ring[place + 1] == low) {
                return at;
            }
            at = (at + 1) & (table.length - 1);
        }
        return at;
    }

    /** The id is part of a hash already. */
    private int home(long high) {
        return (int) high & (table.length - 1);
    }

    private void forgetFirst() {
        free(find(ring[first * LONGS], ring[first * LONGS + 1]));
        first = (first + 1) % capacity();
        count--;
    }

    /** What stands behind moves up, so that no search ends too early. */
    private void free(int freed) {
        int hole = freed;
        table[hole] = 0;
        for (int at = (hole + 1) & (table.length - 1); table[at] != 0; at = (at + 1) & (table.length - 1)) {
            int home = home(ring[(table[at] - 1) * LONGS]);
            int fromHome = (at - home) & (table.length - 1);
            int fromHole = (at - hole) & (table.length - 1);
            if (fromHome >= fromHole) {
                table[hole] = table[at];
                table[at] = 0;
                hole = at;
            }
        }
    }

    private void grow() {
        long[] before = ring;
        int from = first;
        int all = count;
        ring = new long[before.length * 2];
        table = new int[table.length * 2];
        first = 0;
        count = 0;
        for (int i = 0; i < all; i++) {
            int at = (from + i) % all * LONGS;
            long[] id = Arrays.copyOfRange(before, at, at + LONGS);
            remember(id[0], id[1], id[2], id[3]);
        }
    }
}
