package io.kurier.schemas.publisher;

import org.jspecify.annotations.Nullable;

/**
 * An event that will not be published, or of which nobody knows whether it was.
 *
 * @param cause null unless something failed
 */
public record Dropped(
        OutgoingEvent event, Reason reason, @Nullable Throwable cause) {
    /** Why it was let go. */
    public enum Reason {
        /** Kurier would not read it: the cause says what is wrong, as {@link OutgoingEvent#refusal} does. */
        REFUSED,
        /** The buffer was full: more is emitted than Kafka takes, or Kafka is away. */
        FULL,
        /** The publisher was closed before its turn came. */
        CLOSED,
        /** It could not be written, or Kafka did not confirm it in time. */
        FAILED
    }
}
