package io.kurier.model;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * The body of the format {@code standard}: {@code {"type", "timestamp", "job_id", "data"}}, as the Standard Webhooks
 * specification advises, with the event's time in UTC to the millisecond. Types and job ids need no escaping beyond
 * quotes and controls, which the door refuses in them; {@code data} goes out byte for byte as it was stored.
 */
public final class StandardFormat {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
    private static final byte[] DATA = ",\"data\":".getBytes(StandardCharsets.US_ASCII);

    private StandardFormat() {}

    public static byte[] body(String type, Instant time, String jobId, byte[] data) {
        byte[] head = ("{\"type\":\"" + type + "\",\"timestamp\":\"" + TIME.format(time) + "\",\"job_id\":"
                        + quote(jobId))
                .getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream body = new ByteArrayOutputStream(head.length + DATA.length + data.length + 1);
        body.writeBytes(head);
        body.writeBytes(DATA);
        body.writeBytes(data);
        body.write('}');
        return body.toByteArray();
    }

    private static String quote(String text) {
        StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < ' ' || (Character.isSurrogate(c) && !isPaired(text, i))) {
                quoted.append(String.format("\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }

    private static boolean isPaired(String text, int i) {
        return Character.isHighSurrogate(text.charAt(i))
                ? i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))
                : i > 0 && Character.isHighSurrogate(text.charAt(i - 1));
    }
}
