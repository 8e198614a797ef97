package io.kurier.model;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/**
 * The rules that every event obeys, whichever way it enters: the HTTP API, Kafka, or the client library of an upstream
 * service. This is their only home; JSON inside {@code data} has its own bounds in
 * {@link io.kurier.model.json.EcmaJson.Limits#DEFAULT}. Any thread.
 */
public final class EventRules {
    /** Longest event type in characters. */
    public static final int MAX_TYPE_LENGTH = 128;
    /** Longest job id and longest id chosen by a publisher, in characters (UTF-16 code units). */
    public static final int MAX_NAME_LENGTH = 256;
    /**
     * Largest {@code data} in bytes of UTF-8. Kafka records of 4 MiB carry it with its envelope; the HTTP API's own
     * limit ({@code KURIER_MAX_EVENT_BYTES}) may be lower.
     */
    public static final int MAX_DATA_BYTES = 3 * 1024 * 1024;
    /** The first time an event can have. */
    public static final Instant EARLIEST_TIME = Instant.EPOCH;
    /** The last time that RFC 3339 can write, with its four digits for the year. */
    public static final Instant LATEST_TIME = Instant.parse("9999-12-31T23:59:59.999999999Z");

    /** What a message says when {@link #isType} is false. */
    public static final String EXPECTED_TYPE =
            "expected words of letters, digits and _ joined by dots or hyphens, such as job.completed, at most "
                    + MAX_TYPE_LENGTH + " characters";
    /** What a message says when {@link #isName} is false. */
    public static final String EXPECTED_NAME = "expected 1 to " + MAX_NAME_LENGTH + " characters of valid Unicode";
    /** What a message says when {@link #parseTime} returns null. */
    public static final String EXPECTED_TIME =
            "expected an RFC 3339 time such as 2026-01-31T10:00:00Z, from 1970 to 9999";

    private static final int SHOWN_CHARACTERS = 64;

    private EventRules() {}

    /**
     * Checks the envelope of an event that was not read from JSON.
     *
     * @param id the publisher's own id; it may be longer than {@link #MAX_NAME_LENGTH}, because only its hash is kept
     * @return which field breaks a rule, its value and what was expected; null when all of them are right
     */
    public static @Nullable String refusal(String type, String jobId, Instant time, String id) {
        if (!isType(type)) {
            return refusal("type", type, EXPECTED_TYPE);
        }
        if (!isName(jobId)) {
            return refusal("job_id", jobId, EXPECTED_NAME);
        }
        if (!isTime(time)) {
            return refusal("time", time.toString(), "expected a time from 1970 to 9999");
        }
        if (id.isEmpty() || utf8Length(id) < 0) {
            return refusal("id", id, "expected a unique string of valid Unicode, chosen by the publisher");
        }
        return null;
    }

    /**
     * A message about one field.
     *
     * @param value shown up to its 64th character
     * @param expected begins with "expected"
     */
    public static String refusal(String field, String value, String expected) {
        return field + " is '" + shortened(value) + "', " + expected;
    }

    /** The value as messages show it: cut after 64 characters. */
    public static String shortened(String value) {
        return value.length() > SHOWN_CHARACTERS ? value.substring(0, SHOWN_CHARACTERS) + "…" : value;
    }

    /** A message about data of {@code bytes} bytes, more than {@link #MAX_DATA_BYTES}. */
    public static String tooLarge(long bytes) {
        return "data has " + bytes + " bytes, expected at most " + MAX_DATA_BYTES;
    }

    /** Whether the string can be an event's type: words of letters, digits and _, joined by single dots or hyphens. */
    public static boolean isType(String string) {
        boolean inWord = false;
        for (int i = 0; i < string.length(); i++) {
            char c = string.charAt(i);
            boolean joins = c == '.' || c == '-';
            if (joins ? !inWord : !isWord(c)) {
                return false;
            }
            inWord = !joins;
        }
        return inWord && string.length() <= MAX_TYPE_LENGTH;
    }

    private static boolean isWord(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    }

    /** Whether the string can name a job or an event. */
    public static boolean isName(String string) {
        return !string.isEmpty() && string.length() <= MAX_NAME_LENGTH && utf8Length(string) >= 0;
    }

    /** Whether an event can have this time: from 1970 to the end of the year 9999. */
    public static boolean isTime(Instant time) {
        return !time.isBefore(EARLIEST_TIME) && !time.isAfter(LATEST_TIME);
    }

    /**
     * Reads a time as publishers write it.
     *
     * @param string RFC 3339, with any offset
     * @return null when it is not such a time, or outside of {@link #isTime}
     */
    public static @Nullable Instant parseTime(String string) {
        try {
            Instant time = OffsetDateTime.parse(string).toInstant();
            return isTime(time) ? time : null;
        } catch (DateTimeException e) {
            return null;
        }
    }

    /**
     * The length of the string in UTF-8.
     *
     * @return bytes; -1 when the string holds half a surrogate pair, for which UTF-8 has no form, so that different
     *     strings would become the same bytes
     */
    public static long utf8Length(String string) {
        long bytes = 0;
        for (int i = 0; i < string.length(); i++) {
            char c = string.charAt(i);
            bytes += c < 0x80 ? 1 : c < 0x800 ? 2 : 3;
            if (Character.isSurrogate(c)) {
                boolean isPair = i + 1 < string.length() && Character.isSurrogatePair(c, string.charAt(i + 1));
                if (!isPair) {
                    return -1;
                }
                bytes++;
                i++;
            }
        }
        return bytes;
    }
}
