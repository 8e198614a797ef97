package io.kurier.dispatcher.lane;

import java.util.BitSet;

/** The results of the last attempts at one receiver, at most so many. Event loop only. */
final class ResultWindow {
    private final int size;
    private final BitSet failed = new BitSet();
    private int next;
    private int counted;
    private int unansweredInARow;

    /** @param size attempts that count */
    ResultWindow(int size) {
        this.size = size;
    }

    void add(boolean isFailure, boolean isAnswered) {
        failed.set(next, isFailure);
        next = (next + 1) % size;
        counted = Math.min(counted + 1, size);
        unansweredInARow = isAnswered ? 0 : unansweredInARow + 1;
    }

    boolean isFull() {
        return counted >= size;
    }

    int failures() {
        return failed.cardinality();
    }

    int unansweredInARow() {
        return unansweredInARow;
    }
}
