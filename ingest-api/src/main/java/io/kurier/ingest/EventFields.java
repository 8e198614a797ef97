package io.kurier.ingest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.kurier.model.EventPattern;
import io.kurier.model.Ids;
import io.kurier.schemas.Event;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Gathers the fields of one event; remembers the first thing wrong with them. */
final class EventFields {
    /** What the door adds to every event of a request. */
    record Door(String tenant, long webhooksOffset, long nowMs) {}

    private static final int MAX_ID = 256;
    private static final Instant EARLIEST = Instant.parse("1970-01-01T00:00:00Z");
    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");
    private static final List<String> JOB_FIELDS = List.of("job_id", "request_id", "task_id");
    private static final JsonFactory FACTORY = new JsonFactory();

    private final int maxBytes;
    private @Nullable Problem problem;
    private @Nullable String type;
    private @Nullable String jobId;
    private @Nullable String id;
    private @Nullable Instant time;
    private byte @Nullable [] data;

    EventFields(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    void data(byte[] normalised) {
        if (normalised.length > maxBytes) {
            wrong(new Problem(
                    413,
                    "data has " + normalised.length + " bytes: expected at most " + maxBytes,
                    "data",
                    null,
                    "at most " + maxBytes + " bytes"));
        } else {
            data = normalised;
        }
    }

    void text(String name, String value) {
        switch (name) {
            case "type", "event" -> {
                type = value;
                if (!EventPattern.isType(value)) {
                    wrong(Problem.field(
                            name,
                            value,
                            "expected words of letters, digits and _ joined by dots, such as job.completed"));
                }
            }
            case "job_id", "request_id", "task_id" -> jobId = named(name, value);
            case "id" -> id = named(name, value);
            case "time" -> time = time(value);
            default -> unknown(name);
        }
    }

    void notText(String name, JsonToken value) {
        if (!List.of("type", "event", "job_id", "request_id", "task_id", "id", "time")
                .contains(name)) {
            unknown(name);
        } else if (value != JsonToken.VALUE_NULL || name.equals("type")) {
            wrong(Problem.field(name, null, "expected a text"));
        }
    }

    private void unknown(String name) {
        wrong(Problem.field(name, null, "is no field of an event; expected type, data, job_id, id, time"));
    }

    private String named(String name, String value) {
        if (value.isEmpty() || value.length() > MAX_ID) {
            wrong(Problem.field(name, value, "expected 1 to " + MAX_ID + " characters"));
        }
        return value;
    }

    private @Nullable Instant time(String value) {
        try {
            Instant parsed = OffsetDateTime.parse(value).toInstant();
            if (parsed.isAfter(EARLIEST) && parsed.isBefore(LATEST)) {
                return parsed.truncatedTo(ChronoUnit.MICROS);
            }
        } catch (DateTimeException e) {
            // the one message below
        }
        wrong(Problem.field("time", value, "expected an RFC 3339 time such as 2026-01-31T10:00:00Z"));
        return null;
    }

    private void wrong(Problem found) {
        if (problem == null) {
            problem = found;
        }
    }

    EventParser.Item build(Door door) {
        if (type == null) {
            wrong(Problem.field("type", null, "is missing; expected a type such as job.completed"));
        }
        byte[] body = data;
        if (body == null) {
            wrong(Problem.field("data", null, "is missing; expected a JSON value"));
        }
        if (problem != null || type == null || body == null) {
            return new EventParser.Item.Refused(problem == null ? Problem.of(400, "no event") : problem);
        }
        String eventId = eventId(door);
        String job = jobId != null ? jobId : jobIn(body);
        Instant at = time != null ? time : Instant.ofEpochMilli(door.nowMs());
        return new EventParser.Item.Accepted(new Event(
                eventId,
                door.tenant(),
                type,
                job != null ? job : eventId,
                at,
                ByteBuffer.wrap(body),
                door.webhooksOffset()));
    }

    private String eventId(Door door) {
        if (id == null) {
            return Ids.event(door.nowMs());
        }
        return Ids.isEvent(id) ? id : Ids.eventFor(door.tenant(), id);
    }

    /** The job named inside data; null when none is. */
    private static @Nullable String jobIn(byte[] data) {
        String[] found = new String[JOB_FIELDS.size()];
        try (JsonParser parser = FACTORY.createParser(data)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return null;
            }
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                int field = JOB_FIELDS.indexOf(parser.currentName());
                JsonToken value = parser.nextToken();
                if (field >= 0 && (value == JsonToken.VALUE_STRING || value == JsonToken.VALUE_NUMBER_INT)) {
                    found[field] = parser.getText();
                }
                parser.skipChildren();
            }
        } catch (IOException e) {
            throw new IllegalStateException("data was JSON a moment ago", e);
        }
        for (String job : found) {
            if (job != null && !job.isEmpty() && job.length() <= MAX_ID) {
                return job;
            }
        }
        return null;
    }
}
