package io.kurier.benchmarks.ledger;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/** A growing set of sequence numbers, one bit each. Any thread may add and read. */
final class SequenceSet {
    /** 2^30 numbers in 128 MiB: hours at any rate this machine reaches. */
    static final long MAX = 1L << 30;

    private final AtomicLong count = new AtomicLong();
    private long[] words = new long[1024];

    /**
     * Adds a number.
     *
     * @return false when it was in already
     */
    synchronized boolean add(long sequence) {
        if (sequence < 0 || sequence >= MAX) {
            throw new IllegalArgumentException("sequence " + sequence + " is not in 0.." + MAX);
        }
        int word = (int) (sequence >>> 6);
        if (word >= words.length) {
            words = Arrays.copyOf(words, Math.max(word + 1, words.length * 2));
        }
        long bit = 1L << sequence;
        if ((words[word] & bit) != 0) {
            return false;
        }
        words[word] |= bit;
        count.incrementAndGet();
        return true;
    }

    long count() {
        return count.get();
    }

    /** How many of these numbers the other set does not have. */
    long missingFrom(SequenceSet other) {
        long[] mine = copy();
        long[] theirs = other.copy();
        long missing = 0;
        for (int i = 0; i < mine.length; i++) {
            long has = i < theirs.length ? theirs[i] : 0;
            missing += Long.bitCount(mine[i] & ~has);
        }
        return missing;
    }

    private synchronized long[] copy() {
        return words.clone();
    }
}
