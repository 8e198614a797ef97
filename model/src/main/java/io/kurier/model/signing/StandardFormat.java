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
 * specification advises, with the event's time in UTC to the millisecond. A type is letters, digits,
 * dots, hyphens and _ only; {@code data} goes out byte for byte as it was stored.
 */
public final class StandardFormat {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
    /** More than most take around {@code data}. */
    private static final int ENVELOPE_BYTES = 256;

    private static final byte[] DATA = ",\"data\":".getBytes(StandardCharsets.US_ASCII);

    private StandardFormat() {}

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

    /** What the formatter writes, at a tenth of its cost: this is done once for every event. */
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
