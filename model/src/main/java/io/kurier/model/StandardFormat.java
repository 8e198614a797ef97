package io.kurier.model;

import io.kurier.model.json.EcmaJson;
import io.kurier.model.json.JsonOut;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
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
    private static final byte[] DATA = ",\"data\":".getBytes(StandardCharsets.US_ASCII);

    private StandardFormat() {}

    public static byte[] body(String type, Instant time, String jobId, byte[] data) {
        JsonOut out = new JsonOut();
        out.write(("{\"type\":\"" + type + "\",\"timestamp\":\"" + TIME.format(time) + "\",\"job_id\":")
                .getBytes(StandardCharsets.US_ASCII));
        EcmaJson.writeString(out, jobId);
        out.write(DATA);
        out.write(data);
        out.write((byte) '}');
        return out.toByteArray();
    }
}
