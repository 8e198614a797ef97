package io.kurier.benchmarks.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one {@code POST /api/v1/events}, built once per connection. For each request only the sequence number
 * in the job id changes, and the webhooks' group in the event type. Each event of a batch has a sequence number of
 * its own. The rest of the data is seeded noise, different for each connection, so that it compresses no better than
 * real events. Used on one event loop, one request at a time.
 */
public final class EventRequest {
    /** Every event belongs to a job of its own; the receiver reads the sequence number from the job id. */
    private static final String JOB_ID_PREFIX = "bench-";

    private static final int DIGITS = 12;
    private static final byte[] JOB_ID_TOKEN = ("\"" + JOB_ID_PREFIX).getBytes(StandardCharsets.US_ASCII);
    private static final String TYPE_PREFIX = "job.completed.";
    private static final int TYPE_DIGITS = 4;
    private static final String BODY_START = "{\"type\":\"" + TYPE_PREFIX + "0".repeat(TYPE_DIGITS) + "\",\"job_id\":\""
            + JOB_ID_PREFIX
            + "0".repeat(DIGITS) + "\",\"data\":{\"status\":\"completed\",\"progress\":100,\"output\":\"";
    private static final String BODY_END = "\"}}";

    /** Bytes of the smallest event. */
    static final int MIN_BYTES = BODY_START.length() + BODY_END.length();

    private final ByteBuf bytes;
    private final int groups;
    private final int typeDigits;
    private final int digits;
    private final int batch;
    /** Bytes from one event of a batch to the next. */
    private final int stride;

    /** Builds a request with one event, see the other constructor. */
    EventRequest(String host, @Nullable String bearerKey, int payloadBytes, int groups, int seed) {
        this(host, new LoadSettings(1, payloadBytes, bearerKey), groups, seed);
    }

    /**
     * @param host value of the Host header
     * @param load shape of the request
     * @param groups groups of webhooks; the sequence number decides the group, see {@link LoadWebhooks#groupOf}
     * @param seed of the noise in the event's data
     * @throws IllegalArgumentException if the payload size is too small for an event
     */
    public EventRequest(String host, LoadSettings load, int groups, int seed) {
        int payloadBytes = load.payloadBytes();
        String bearerKey = load.bearerKey();
        if (payloadBytes < MIN_BYTES) {
            throw new IllegalArgumentException(
                    "an event of " + payloadBytes + " bytes cannot be built, expected at least " + MIN_BYTES);
        }
        String head = "POST /api/v1/events HTTP/1.1\r\nhost: " + host
                + (bearerKey == null ? "" : "\r\nauthorization: Bearer " + bearerKey)
                + "\r\ncontent-type: application/json\r\ncontent-length: ";
        String event = BODY_START + noise(payloadBytes - MIN_BYTES, seed) + BODY_END;
        String body = load.batch() == 1 ? event : "[" + (event + ",").repeat(load.batch() - 1) + event + "]";
        head += body.length() + "\r\n\r\n";
        bytes = Unpooled.directBuffer(head.length() + body.length());
        bytes.writeCharSequence(head + body, StandardCharsets.US_ASCII);
        this.groups = groups;
        this.batch = load.batch();
        this.stride = payloadBytes + 1;
        int first = head.length() + (batch == 1 ? 0 : 1);
        typeDigits = first + BODY_START.indexOf(TYPE_PREFIX) + TYPE_PREFIX.length();
        digits = first + BODY_START.indexOf(JOB_ID_PREFIX) + JOB_ID_PREFIX.length();
    }

    /** @return the request for a sequence number; it must be written before the next call changes the bytes */
    public ByteBuf with(long sequence) {
        for (int i = 0; i < batch; i++) {
            write(sequence * batch + i, digits + i * stride, DIGITS);
        }
        if (groups > 1 && batch == 1) {
            write(sequence % groups, typeDigits, TYPE_DIGITS);
        }
        return bytes.retainedDuplicate();
    }

    private void write(long number, int from, int length) {
        long rest = number;
        for (int i = from + length - 1; i >= from; i--) {
            bytes.setByte(i, (int) ('0' + rest % 10));
            rest /= 10;
        }
    }

    /** @return the event type of a group */
    public static String typeOf(int group) {
        return TYPE_PREFIX + String.format(Locale.ROOT, "%0" + TYPE_DIGITS + "d", group);
    }

    public void release() {
        bytes.release();
    }

    /** @return the sequence number in a webhook's body, or -1 */
    public static long sequenceIn(ByteBuf in, int bodyStart, int end) {
        int last = end - JOB_ID_TOKEN.length - DIGITS;
        for (int i = bodyStart; i <= last; i++) {
            if (isToken(in, i)) {
                return number(in, i + JOB_ID_TOKEN.length);
            }
        }
        return -1;
    }

    /** @return the sequence number in a job id, or -1 */
    public static long sequenceOf(String jobId) {
        if (!jobId.startsWith(JOB_ID_PREFIX) || jobId.length() != JOB_ID_PREFIX.length() + DIGITS) {
            return -1;
        }
        long value = 0;
        for (int i = JOB_ID_PREFIX.length(); i < jobId.length(); i++) {
            int digit = jobId.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            value = value * 10 + digit;
        }
        return value;
    }

    private static boolean isToken(ByteBuf in, int index) {
        for (int i = 0; i < JOB_ID_TOKEN.length; i++) {
            if (in.getByte(index + i) != JOB_ID_TOKEN[i]) {
                return false;
            }
        }
        return true;
    }

    private static long number(ByteBuf in, int from) {
        long value = 0;
        for (int i = from; i < from + DIGITS; i++) {
            int digit = in.getByte(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            value = value * 10 + digit;
        }
        return value;
    }

    private static String noise(int length, int seed) {
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        Random random = new Random(seed);
        StringBuilder text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }
}
