package io.kurier.benchmarks.ledger;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/** A growing set of sequence numbers, one bit each. Thread-safe. */
final class SequenceSet {
    /** 2^30 numbers take 128 MiB and last for hours at 100,000 deliveries per second. */
    static final long MAX = 1L << 30;

    private final AtomicLong count = new AtomicLong();
    private long[] words = new long[1024];

    /**
     * Adds a number.
     *
     * @return false if the set already contained it
     * @throws IllegalArgumentException if the number is not in 0..{@link #MAX}
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

    /** @return how many numbers of this set are missing from the other one */
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
