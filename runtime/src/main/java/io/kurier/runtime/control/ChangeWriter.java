package io.kurier.runtime.control;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Writes changes to one control topic, each decided on the newest state of its table. Blocks; any thread. */
public interface ChangeWriter {
    /**
     * A new record of another control topic, written in the same transaction.
     *
     * @param topic the full name of a topic that this process keeps a table of
     * @param key one that no other writer uses, since this writer does not fence those of the other topic
     */
    @SuppressWarnings("ArrayRecordComponent") // additions are never compared
    record Addition(String topic, String key, byte[] value) {}

    /**
     * What one change writes, all or nothing.
     *
     * @param values the new values of the writer's own topic by key, null to delete one; without any, nothing is written
     * @param additions records of other control topics
     */
    record Decision(Map<String, byte @Nullable []> values, List<Addition> additions) {
        public static Decision of(Map<String, byte @Nullable []> values) {
            return new Decision(values, List.of());
        }
    }

    /** Decides what a change writes. */
    interface Decider {
        /** Called with the table up to date, and again if nothing of the earlier decision was written. */
        Decision decide() throws InterruptedException;
    }

    /** Decides on one key. */
    interface Change {
        /**
         * Called with the table up to date, and again if nothing of the earlier decision was written.
         *
         * @return the new value, or null to delete the key
         */
        byte @Nullable [] decide() throws InterruptedException;
    }

    /** Kafka does not take the change now. It did not happen, or it may be repeated. */
    final class UnavailableException extends Exception {
        private static final long serialVersionUID = 1L;

        public UnavailableException(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /**
     * Writes what is decided and returns when this process's tables have it.
     *
     * @throws UnavailableException if Kafka does not take the change now
     * @throws RuntimeException what {@code decider} throws; nothing is written then
     */
    void write(Decider decider) throws UnavailableException, InterruptedException;

    /** Makes the next change take over anew, so that it sees every change that another process decided before it. */
    void takeOverAnew();

    /** Changes one key. */
    default void write(String key, Change change) throws UnavailableException, InterruptedException {
        write(() -> Decision.of(Collections.singletonMap(key, change.decide())));
    }

    /** Changes several keys, all or none. */
    default void writeAll(Supplier<Map<String, byte @Nullable []>> decide)
            throws UnavailableException, InterruptedException {
        write(() -> Decision.of(decide.get()));
    }
}
