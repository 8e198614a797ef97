package io.kurier.systemtests;

/** Where in a transaction the fault strikes. */
enum CrashPoint {
    BEFORE_BEGIN,
    AFTER_FIRST_SEND,
    /** Every record is with the broker, no offset is. */
    AFTER_SENDS,
    /** Everything is with the broker but the commit. */
    AFTER_OFFSETS,
    /** The commit is on its way: whether it arrives is left to chance. */
    DURING_COMMIT,
    /** Committed, and nobody in the process knows. */
    AFTER_COMMIT,
    /** The process lives on, told that the commit timed out; it happened. */
    COMMIT_TIMEOUT_COMMITTED,
    /** The process lives on, told that the commit timed out; it did not happen. */
    COMMIT_TIMEOUT_NOT,
    /** Nothing is missing but the commit, which comes when the process is sent a line; it may be frozen meanwhile. */
    HELD_BEFORE_COMMIT;

    /** Whether the process dies there. */
    boolean kills() {
        return compareTo(COMMIT_TIMEOUT_COMMITTED) < 0;
    }
}
