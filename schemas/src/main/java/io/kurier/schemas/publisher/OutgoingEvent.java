package io.kurier.schemas.publisher;

import io.kurier.model.EventRules;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One event to be published. It has its id from the start, so that emitting it twice makes a duplicate, which Kurier drops.
 * Immutable.
 *
 * @param id unique within the tenant; Kurier derives its own event id from it
 * @param type words joined by dots, such as {@code job.completed}; {@value EventRules#MAX_TYPE_LENGTH} characters at most
 * @param jobId the job; events of one job keep their order; {@value EventRules#MAX_NAME_LENGTH} characters at most
 * @param time from 1970 to 9999
 * @param data JSON text; 3 MiB of UTF-8 at most
 * @param headers headers of the Kafka record, such as {@code traceparent}
 */
public record OutgoingEvent(
        String id, String type, String jobId, Instant time, String data, Map<String, String> headers) {
    public OutgoingEvent {
        headers = Map.copyOf(headers);
    }

    /**
     * An event with a random id and the current time.
     *
     * @param jobId null when the event belongs to no job; its id is used instead
     * @param json the data
     */
    public static OutgoingEvent of(String type, @Nullable String jobId, String json) {
        String id = UUID.randomUUID().toString();
        return new OutgoingEvent(id, type, jobId == null ? id : jobId, Instant.now(), json, Map.of());
    }

    /** Returns which rule the event breaks: the field, its value and what was expected. Empty when it is valid. */
    public Optional<String> refusal() {
        return Optional.ofNullable(Refusal.of(this));
    }

    /** A copy with this id. */
    public OutgoingEvent withId(String other) {
        return new OutgoingEvent(other, type, jobId, time, data, headers);
    }

    /** A copy with this time. */
    public OutgoingEvent at(Instant other) {
        return new OutgoingEvent(id, type, jobId, other, data, headers);
    }

    /** A copy with one more header on its Kafka record. */
    public OutgoingEvent withHeader(String name, String value) {
        Map<String, String> more = new HashMap<>(headers);
        more.put(name, value);
        return new OutgoingEvent(id, type, jobId, time, data, more);
    }
}
