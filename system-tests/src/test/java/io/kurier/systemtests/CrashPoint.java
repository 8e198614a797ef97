package io.kurier.systemtests;

/** The point of a transaction at which the fault occurs. */
enum CrashPoint {
    BEFORE_BEGIN,
    AFTER_FIRST_SEND,
    /** The broker has every record, but no offset. */
    AFTER_SENDS,
    /** The broker has every record and offset; only the commit is missing. */
    AFTER_OFFSETS,
    /** The commit request is being sent; it may or may not arrive. */
    DURING_COMMIT,
    /** The commit is done, but the process dies before it sees the answer. */
    AFTER_COMMIT,
    /** The process lives on and is told that the commit timed out, although it was done. */
    COMMIT_TIMEOUT_COMMITTED,
    /** The process lives on and is told that the commit timed out; it was not done. */
    COMMIT_TIMEOUT_NOT,
    /**
     * Only the commit is missing; it is made when the process gets a line on standard input. Meanwhile the process
     * may be frozen.
     */
    HELD_BEFORE_COMMIT;

    /** @return whether the process dies at this point */
    boolean kills() {
        return compareTo(COMMIT_TIMEOUT_COMMITTED) < 0;
    }
}
