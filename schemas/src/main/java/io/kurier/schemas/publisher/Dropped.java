package io.kurier.schemas.publisher;

import org.jspecify.annotations.Nullable;

/**
 * An event that was not published, or whose publication Kafka did not confirm.
 *
 * @param event the event, unchanged
 * @param cause the error; null for the reasons FULL and CLOSED
 */
public record Dropped(
        OutgoingEvent event, Reason reason, @Nullable Throwable cause) {
    /** Why the event was dropped. */
    public enum Reason {
        /** It breaks a rule; the cause has the message of {@link OutgoingEvent#refusal}. */
        REFUSED,
        /** The buffer was full: Kafka accepts fewer events than are emitted, or is unreachable. */
        FULL,
        /** The publisher was closed before the event was sent. */
        CLOSED,
        /** It could not be written, or Kafka did not confirm it in time. */
        FAILED
    }
}
