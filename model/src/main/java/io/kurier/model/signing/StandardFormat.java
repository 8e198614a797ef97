package io.kurier.model.signing;

import io.kurier.model.json.EcmaJson;
import io.kurier.model.json.JsonOut;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * The body of the format {@code standard}: {@code {"type", "timestamp", "job_id", "data"}}, as the Standard Webhooks
 * specification recommends, with the event's time in UTC to the millisecond. {@code data} is copied byte for byte. Pure.
 */
public final class StandardFormat {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
    /** Enough for most bodies without their {@code data}. */
    private static final int ENVELOPE_BYTES = 256;

    private static final byte[] DATA = ",\"data\":".getBytes(StandardCharsets.US_ASCII);

    private StandardFormat() {}

    /**
     * The body of a request.
     *
     * @param type a valid event type, which needs no escaping
     * @param data normalised JSON
     * @return JSON in UTF-8
     */
    public static byte[] body(String type, Instant time, String jobId, byte[] data) {
        JsonOut out = new JsonOut(ENVELOPE_BYTES + data.length);
        out.write(("{\"type\":\"" + type + "\",\"timestamp\":\"" + text(time) + "\",\"job_id\":")
                .getBytes(StandardCharsets.US_ASCII));
        EcmaJson.writeString(out, jobId);
        out.write(DATA);
        out.write(data);
        out.write((byte) '}');
        return out.toByteArray();
    }

    /** Same result as the formatter at a tenth of its cost; it runs for every event. */
    private static String text(Instant time) {
        LocalDateTime at = LocalDateTime.ofInstant(time, ZoneOffset.UTC);
        if (at.getYear() < 1 || at.getYear() > 9999) {
            return TIME.format(time);
        }
        char[] text = "0000-00-00T00:00:00.000Z".toCharArray();
        digits(text, 3, at.getYear());
        digits(text, 6, at.getMonthValue());
        digits(text, 9, at.getDayOfMonth());
        digits(text, 12, at.getHour());
        digits(text, 15, at.getMinute());
        digits(text, 18, at.getSecond());
        digits(text, 22, at.getNano() / 1_000_000);
        return new String(text);
    }

    private static void digits(char[] text, int last, int number) {
        int left = number;
        for (int i = last; left > 0; i--) {
            text[i] = (char) ('0' + left % 10);
            left /= 10;
        }
    }
}
