package io.kurier.model.event;

import io.kurier.model.Durations;
import io.kurier.model.EventRules;
import io.kurier.model.Ids;
import io.kurier.model.cloudevents.CloudEvent;
import io.kurier.model.json.EcmaJson;
import io.kurier.model.json.JsonRefusedException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects and checks the fields of one event. Keeps the first error, which {@link #build} throws. One thread only. */
public final class EventFields {
    /** The field for an ad-hoc webhook: a URL that the event names itself. */
    public static final String WEBHOOK_URL = "webhook_url";

    private static final List<String> KNOWN =
            List.of("type", "event", "job_id", "request_id", "task_id", "id", "time", "expires_after", "expires_at");
    private static final Duration SHORTEST_LIFE = Duration.ofMillis(100);
    private static final Duration LONGEST_LIFE = Duration.ofDays(30);

    private final int maxBytes;
    private final boolean mayNameReceiver;
    private @Nullable EventRefusedException wrong;
    private @Nullable String type;
    private @Nullable String id;
    private @Nullable Instant time;
    private byte @Nullable [] data;
    private final @Nullable String[] jobs = new @Nullable String[JobName.FIELDS.size()];
    /** Names the job when neither fields nor data do. */
    private @Nullable String subject;

    private @Nullable Duration expiresAfter;
    private @Nullable Instant expiresAt;

    private @Nullable String webhookUrl;

    /**
     * @param maxBytes the largest data in bytes, after normalising
     * @param mayNameReceiver whether {@link #WEBHOOK_URL} is allowed
     */
    public EventFields(int maxBytes, boolean mayNameReceiver) {
        this.maxBytes = maxBytes;
        this.mayNameReceiver = mayNameReceiver;
    }

    /** Takes data that is normalised already, as {@link EcmaJson} writes it. */
    public void data(byte[] normalised) {
        once("data", null, data);
        if (normalised.length > maxBytes) {
            wrong(EventRefusedException.tooLarge("data", normalised.length, maxBytes));
        }
        data = normalised;
    }

    /**
     * Normalises and takes data. Invalid JSON is an error of the event.
     *
     * @param name the field or place of the data, for the message
     */
    public void rawData(String name, byte[] json) {
        try {
            data(EcmaJson.normalize(json, EcmaJson.Limits.DEFAULT));
        } catch (JsonRefusedException e) {
            wrong(name, null, "expected valid JSON. " + e.getMessage());
        }
    }

    /** Takes a field whose value is a string. Unknown names are errors of the event. */
    public void text(String name, String value) {
        switch (name) {
            case "type", "event" -> {
                once(name, value, type);
                type = value;
                if (!EventRules.isType(value)) {
                    wrong(name, value, EventRules.EXPECTED_TYPE);
                }
            }
            case "job_id", "request_id", "task_id" -> {
                int place = JobName.FIELDS.indexOf(name);
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
            case WEBHOOK_URL -> {
                // the message must not show the URL, which may hold a token
                once(name, null, webhookUrl);
                webhookUrl = value;
                if (!mayNameReceiver) {
                    unknown(name);
                }
            }
            default -> unknown(name);
        }
    }

    /**
     * Takes a field whose value is not a string. Null counts as absent, except for {@code type}.
     *
     * @param shown the value, or its kind; null for JSON's null
     */
    void notText(String name, @Nullable String shown) {
        if (!KNOWN.contains(name) && !(mayNameReceiver && name.equals(WEBHOOK_URL))) {
            unknown(name);
        } else if (shown != null || name.equals("type")) {
            wrong(name, shown == null ? "null" : shown, "expected a string");
        }
    }

    /**
     * Takes the attributes of a CloudEvent.
     *
     * @param prefix precedes the attributes' names where the publisher wrote them, such as {@code ce-}
     */
    public void cloudEvent(CloudEvent event, String prefix) {
        type = event.type();
        id = event.clientId();
        String at = event.time();
        time = at == null ? null : time(prefix + "time", at);
        String job = event.jobId();
        jobs[0] = job == null ? null : named(prefix + "jobid", job);
        subject = event.subject();
    }

    /** Sets the id that the publisher gave outside of the event, unless the event has one. */
    public void idUnlessGiven(@Nullable String other) {
        id = id == null ? other : id;
    }

    /** The URL of the ad-hoc webhook, unchecked; null when the event names none. */
    public @Nullable String webhookUrl() {
        return webhookUrl;
    }

    void wrong(String name, @Nullable String value, String expected) {
        if (wrong == null) {
            wrong(EventRefusedException.field(name, value, expected));
        }
    }

    private void wrong(EventRefusedException found) {
        if (wrong == null) {
            wrong = found;
        }
    }

    /** A field given twice is refused, because two parsers could read two different events. */
    private void once(String name, @Nullable String value, @Nullable Object before) {
        if (before != null) {
            wrong(name, value, "is given twice; expected it once, under one name");
        }
    }

    private void unknown(String name) {
        wrong(
                name,
                null,
                "unknown field; allowed: type, data, job_id, id, time, expires_after"
                        + (mayNameReceiver ? ", expires_at, webhook_url" : ", expires_at"));
    }

    private String named(String name, String value) {
        if (!EventRules.isName(value)) {
            wrong(name, value, EventRules.EXPECTED_NAME);
        }
        return value;
    }

    private @Nullable Instant time(String name, String value) {
        Instant found = EventRules.parseTime(value);
        if (found == null) {
            wrong(name, value, EventRules.EXPECTED_TIME);
            return null;
        }
        return found.truncatedTo(ChronoUnit.MICROS);
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
        wrong(
                name,
                value,
                "expected a duration such as 10m, from " + Durations.format(SHORTEST_LIFE) + " to "
                        + Durations.format(LONGEST_LIFE));
        return null;
    }

    /**
     * The event, when all fields are right.
     *
     * @throws EventRefusedException about the first error
     */
    public PublishedEvent build(Origin origin) throws EventRefusedException {
        if (type == null) {
            wrong("type", null, "is missing; expected a type such as job.completed");
        }
        byte[] body = data;
        if (body == null) {
            wrong("data", null, "is missing; expected a JSON value");
        }
        if (wrong != null || type == null || body == null) {
            throw wrong == null ? EventRefusedException.whole("the event has no type or no data") : wrong;
        }
        String given = id;
        String eventId =
                given == null ? origin.id().get() : Ids.isEvent(given) ? given : Ids.eventFor(origin.tenant(), given);
        return new PublishedEvent(
                eventId,
                origin.tenant(),
                type,
                job(body, eventId),
                time != null ? time : origin.at(),
                ByteBuffer.wrap(body),
                given != null,
                expiresAtMs(origin));
    }

    private String job(byte[] body, String eventId) {
        String given = JobName.first(jobs);
        String job = given != null ? given : JobName.first(JobName.in(body), subject);
        return job != null ? job : eventId;
    }

    private long expiresAtMs(Origin origin) {
        if (expiresAfter != null) {
            return origin.at().toEpochMilli() + expiresAfter.toMillis();
        }
        // 0 stands for never
        return expiresAt == null ? 0 : Math.max(1, expiresAt.toEpochMilli());
    }
}
