package io.kurier.schemas.publisher;

import io.kurier.model.EventRules;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One event to be published. Its id is made here, so that whoever emits it twice repeats it and does not double it.
 *
 * @param id unique for the tenant; Kurier makes its own, fixed id of it
 * @param type words joined by dots, such as {@code job.completed}; {@value EventRules#MAX_TYPE_LENGTH} characters at most
 * @param jobId what the event is about; it orders events; {@value EventRules#MAX_NAME_LENGTH} characters at most
 * @param time from 1970 to 9999
 * @param data JSON text; 3 MiB of UTF-8 at most
 * @param headers of the Kafka record, such as {@code traceparent}
 */
public record OutgoingEvent(
        String id, String type, String jobId, Instant time, String data, Map<String, String> headers) {
    public OutgoingEvent {
        headers = Map.copyOf(headers);
    }

    /**
     * An event of now.
     *
     * @param jobId null when it is about no job: its id stands for one then
     */
    public static OutgoingEvent of(String type, @Nullable String jobId, String json) {
        String id = UUID.randomUUID().toString();
        return new OutgoingEvent(id, type, jobId == null ? id : jobId, Instant.now(), json, Map.of());
    }

    /** Why Kurier would not read this: the field, its value and what was expected. Empty when it would. */
    public Optional<String> refusal() {
        return Optional.ofNullable(Refusal.of(this));
    }

    public OutgoingEvent withId(String other) {
        return new OutgoingEvent(other, type, jobId, time, data, headers);
    }

    public OutgoingEvent at(Instant other) {
        return new OutgoingEvent(id, type, jobId, other, data, headers);
    }

    public OutgoingEvent withHeader(String name, String value) {
        Map<String, String> more = new HashMap<>(headers);
        more.put(name, value);
        return new OutgoingEvent(id, type, jobId, time, data, more);
    }
}
