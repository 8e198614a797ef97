package io.kurier.ingest;

import com.fasterxml.jackson.core.JsonToken;
import io.kurier.model.Durations;
import io.kurier.model.EventPattern;
import io.kurier.model.Ids;
import io.kurier.model.cloudevents.CloudEvent;
import io.kurier.schemas.Event;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Gathers the fields of one event; remembers the first thing wrong with them. */
final class EventFields {
    /**
     * What the door adds to every event of a request.
     *
     * @param key stands for the id of an event that has none; null when the request names no key
     * @param types what events of their type are held to
     * @param oneOffs makes receivers of what events name themselves
     */
    record Door(
            String tenant,
            long webhooksOffset,
            long nowMs,
            @Nullable String key,
            EventTypes types,
            OneOffReceivers oneOffs) {
        /** For the event at this place of an array. */
        Door at(int index) {
            return key == null
                    ? this
                    : new Door(tenant, webhooksOffset, nowMs, IdempotencyKey.at(key, index), types, oneOffs);
        }
    }

    private static final List<String> KNOWN = List.of(
            "type",
            "event",
            "job_id",
            "request_id",
            "task_id",
            "id",
            "time",
            "expires_after",
            "expires_at",
            OneOffReceivers.FIELD);
    private static final Duration SHORTEST_LIFE = Duration.ofMillis(100);
    private static final Duration LONGEST_LIFE = Duration.ofDays(30);

    private final int maxBytes;
    private @Nullable Problem problem;
    private @Nullable String type;
    private @Nullable String id;
    private @Nullable Instant time;
    private byte @Nullable [] data;
    private final @Nullable String[] jobs = new @Nullable String[JobNames.FIELDS.size()];
    /** Names the job when neither fields nor data do. */
    private @Nullable String subject;

    private @Nullable String webhookUrl;
    private @Nullable Duration expiresAfter;
    private @Nullable Instant expiresAt;

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
                int place = JobNames.FIELDS.indexOf(name);
                once(name, value, jobs[place]);
                jobs[place] = named(name, value);
            }
            case "id" -> {
                once(name, value, id);
                id = named(name, value);
            }
            case "time" -> {
                once(name, value, time);
                time = time(name, value);
            }
            case "expires_after" -> {
                once(name, value, expiresAfter == null ? expiresAt : expiresAfter);
                expiresAfter = life(name, value);
            }
            case "expires_at" -> {
                once(name, value, expiresAt == null ? expiresAfter : expiresAt);
                expiresAt = time(name, value);
            }
            case OneOffReceivers.FIELD -> {
                // it may hold a token
                once(name, null, webhookUrl);
                webhookUrl = value;
            }
            default -> unknown(name);
        }
    }

    /** @param told the value, or what kind of value it is */
    void notText(String name, JsonToken value, String told) {
        if (!KNOWN.contains(name)) {
            unknown(name);
        } else if (value != JsonToken.VALUE_NULL || name.equals("type")) {
            wrong(Problem.field(name, told, "expected a text"));
        }
    }

    /** @param prefix stands before the attributes' names where the publisher wrote them */
    void cloudEvent(CloudEvent event, String prefix) {
        type = event.type();
        id = event.clientId();
        time = event.time() == null ? null : time(prefix + "time", event.time());
        jobs[0] = event.jobId() == null ? null : named(prefix + "jobid", event.jobId());
        subject = event.subject();
    }

    /** Two readers of a name given twice would take two different events. */
    private void once(String name, @Nullable String value, @Nullable Object before) {
        if (before != null) {
            wrong(Problem.field(name, value, "is given a second time; expected it once, under one name"));
        }
    }

    private void unknown(String name) {
        wrong(
                Problem.field(
                        name,
                        null,
                        "is no field of an event; expected type, data, job_id, id, time, expires_after, expires_at or webhook_url"));
    }

    private String named(String name, String value) {
        if (!JobNames.isName(value)) {
            wrong(Problem.field(name, value, "expected 1 to " + JobNames.MAX_LENGTH + " characters of Unicode"));
        }
        return value;
    }

    private @Nullable Instant time(String name, String value) {
        Optional<Instant> parsed = Times.parse(value);
        if (parsed.isEmpty()) {
            wrong(Problem.field(name, value, Times.EXPECTED));
        }
        return parsed.map(found -> found.truncatedTo(ChronoUnit.MICROS)).orElse(null);
    }

    private @Nullable Duration life(String name, String value) {
        try {
            Duration life = Durations.parse(value);
            if (life.compareTo(SHORTEST_LIFE) >= 0 && life.compareTo(LONGEST_LIFE) <= 0) {
                return life;
            }
        } catch (IllegalArgumentException e) {
            // the one message below
        }
        wrong(Problem.field(
                name,
                value,
                "expected a duration such as 10m, from " + Durations.format(SHORTEST_LIFE) + " to "
                        + Durations.format(LONGEST_LIFE)));
        return null;
    }

    void wrong(Problem found) {
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
        Problem unfit = door.types().check(door.tenant(), type, body);
        if (unfit != null) {
            return new EventParser.Item.Refused(unfit);
        }
        String clientId = id == null ? door.key() : id;
        String eventId = eventId(door, clientId);
        Event event = new Event(
                eventId,
                door.tenant(),
                type,
                job(body, eventId),
                time != null ? time : Instant.ofEpochMilli(door.nowMs()),
                ByteBuffer.wrap(body),
                door.webhooksOffset(),
                clientId != null,
                expiresAtMs(door),
                null);
        return webhookUrl == null ? new EventParser.Item.Accepted(event) : addressed(event, webhookUrl, door);
    }

    private static EventParser.Item addressed(Event event, String webhookUrl, Door door) {
        try {
            event.setOneOff(door.oneOffs().seal(event.getTenant(), event.getId(), webhookUrl));
            return new EventParser.Item.Accepted(event);
        } catch (Problem.RefusedException e) {
            return new EventParser.Item.Refused(e.problem());
        }
    }

    private static String eventId(Door door, @Nullable String clientId) {
        if (clientId == null) {
            return Ids.event(door.nowMs());
        }
        return Ids.isEvent(clientId) ? clientId : Ids.eventFor(door.tenant(), clientId);
    }

    private String job(byte[] body, String eventId) {
        String given = JobNames.first(jobs);
        String job = given != null ? given : JobNames.first(JobNames.in(body), subject);
        return job != null ? job : eventId;
    }

    private long expiresAtMs(Door door) {
        if (expiresAfter != null) {
            return door.nowMs() + expiresAfter.toMillis();
        }
        // 0 stands for never
        return expiresAt == null ? 0 : Math.max(1, expiresAt.toEpochMilli());
    }
}
