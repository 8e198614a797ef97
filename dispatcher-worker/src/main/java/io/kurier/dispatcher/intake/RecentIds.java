package io.kurier.dispatcher.intake;

import java.util.Arrays;

/**
 * Remembers at which offset of a partition each event id came first. It holds the newest ids, bounded by number and age. An id
 * is 128 bits of a hash and takes about 48 bytes: a ring buffer holds the ids in the order of their offsets, and an
 * open-addressing hash table finds their places in the ring. Consumer thread only.
 */
final class RecentIds {
    private static final int FIRST_CAPACITY = 64;
    /** Longs of one place in the ring: both halves of the id, its offset, and its time in epoch milliseconds. */
    private static final int LONGS = 4;

    private final int maxIds;
    private final long windowMs;
    private long[] ring = new long[FIRST_CAPACITY * LONGS];
    /** Places in the ring, counted from 1, at their hash's position or after it (linear probing); 0 is free. */
    private int[] table = new int[FIRST_CAPACITY * 2];

    private int first;
    private int count;
    /** The latest record time of the partition so far, epoch milliseconds. */
    private long clockMs = Long.MIN_VALUE;

    /**
     * @param maxIds the oldest id is forgotten when one more would exceed this number
     * @param windowMs milliseconds for which an id is remembered, by the times of the partition's records
     */
    RecentIds(int maxIds, long windowMs) {
        this.maxIds = maxIds;
        this.windowMs = windowMs;
    }

    /**
     * Remembers the id of a record, unless it is known. Offsets rise from call to call, or repeat when a record is read again.
     *
     * @param high first 64 bits of the id's hash
     * @param low last 64 bits of the id's hash
     * @param timeMs the record's time, epoch milliseconds; publishers set it, so a time before the latest one counts as that
     * @return whether the same id came at a lower offset
     */
    boolean isDuplicate(long high, long low, long offset, long timeMs) {
        clockMs = Math.max(clockMs, timeMs);
        while (count > 0 && ring[first * LONGS + 3] < clockMs - windowMs) {
            forgetFirst();
        }
        int at = find(high, low);
        if (table[at] != 0) {
            return ring[(table[at] - 1) * LONGS + 2] < offset;
        }
        if (count == maxIds) {
            forgetFirst();
        } else if (count == capacity()) {
            grow();
        }
        remember(high, low, offset, clockMs);
        return false;
    }

    /** The lowest offset whose id is remembered; {@code Long.MAX_VALUE} if none is. */
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

    /** The id's position in the table, or the free position where it would be inserted. */
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

    /** The position at which the search for an id starts. The id is a hash already, so its bits are used as they are. */
    private int home(long high) {
        return (int) high & (table.length - 1);
    }

    private void forgetFirst() {
        free(find(ring[first * LONGS], ring[first * LONGS + 1]));
        first = (first + 1) % capacity();
        count--;
    }

    /** Frees a position. Later entries of the same probe sequence move up, so that no search ends at the hole. */
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
