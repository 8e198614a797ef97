package io.kurier.ingest;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.kurier.model.EventPattern;
import io.kurier.model.Ids;
import io.kurier.model.json.EcmaJson;
import io.kurier.model.json.JsonRefusedException;
import io.kurier.schemas.Event;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Gathers the fields of one event; remembers the first thing wrong with them. */
final class EventFields {
    /** What the door adds to every event of a request. */
    record Door(String tenant, long webhooksOffset, long nowMs) {}

    private static final int MAX_ID = 256;
    private static final List<String> JOB_FIELDS = List.of("job_id", "request_id", "task_id");

    private final int maxBytes;
    private @Nullable Problem problem;
    private @Nullable String type;
    private @Nullable String id;
    private @Nullable Instant time;
    private byte @Nullable [] data;
    private final @Nullable String[] jobs = new @Nullable String[JOB_FIELDS.size()];

    EventFields(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    void data(byte[] normalised) {
        once("data", null, data);
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
                once(name, value, type);
                type = value;
                if (!EventPattern.isType(value)) {
                    wrong(Problem.field(
                            name,
                            value,
                            "expected words of letters, digits and _ joined by dots, such as job.completed"));
                }
            }
            case "job_id", "request_id", "task_id" -> {
                int place = JOB_FIELDS.indexOf(name);
                once(name, value, jobs[place]);
                jobs[place] = named(name, value);
            }
            case "id" -> {
                once(name, value, id);
                id = named(name, value);
            }
            case "time" -> {
                once(name, value, time);
                time = time(value);
            }
            default -> unknown(name);
        }
    }

    /** @param told the value, or what kind of value it is */
    void notText(String name, JsonToken value, String told) {
        if (!List.of("type", "event", "job_id", "request_id", "task_id", "id", "time")
                .contains(name)) {
            unknown(name);
        } else if (value != JsonToken.VALUE_NULL || name.equals("type")) {
            wrong(Problem.field(name, told, "expected a text"));
        }
    }

    /** Two readers of a name given twice would take two different events. */
    private void once(String name, @Nullable String value, @Nullable Object before) {
        if (before != null) {
            wrong(Problem.field(name, value, "is given a second time; expected it once, under one name"));
        }
    }

    private void unknown(String name) {
        wrong(Problem.field(name, null, "is no field of an event; expected type, data, job_id, id, time"));
    }

    private String named(String name, String value) {
        if (!isName(value)) {
            wrong(Problem.field(name, value, "expected 1 to " + MAX_ID + " characters of Unicode"));
        }
        return value;
    }

    /** Lone surrogates have no UTF-8, so that different names would become the same. */
    private static boolean isName(String value) {
        return !value.isEmpty()
                && value.length() <= MAX_ID
                && (!hasSurrogate(value) || StandardCharsets.UTF_8.newEncoder().canEncode(value));
    }

    private static boolean hasSurrogate(String value) {
        for (int i = 0; i < value.length(); i++) {
            if (Character.isSurrogate(value.charAt(i))) {
                return true;
            }
        }
        return false;
    }

    private @Nullable Instant time(String value) {
        Optional<Instant> parsed = Times.parse(value);
        if (parsed.isEmpty()) {
            wrong(Problem.field("time", value, Times.EXPECTED));
        }
        return parsed.map(found -> found.truncatedTo(ChronoUnit.MICROS)).orElse(null);
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
        String given = first(jobs);
        String job = given != null ? given : jobIn(body);
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
        @Nullable String[] found = new @Nullable String[JOB_FIELDS.size()];
        try (JsonParser parser = EcmaJson.parser(data)) {
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
        } catch (IOException | JsonRefusedException e) {
            throw new IllegalStateException("data was JSON a moment ago", e);
        }
        return first(found);
    }

    private static @Nullable String first(@Nullable String[] jobs) {
        for (String job : jobs) {
            if (job != null && isName(job)) {
                return job;
            }
        }
        return null;
    }
}
