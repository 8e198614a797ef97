package io.kurier.runtime.kafka;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * Records nobody could read, kept byte for byte, with headers behind their own that say where each stood and why; and the
 * marks of those that were put back. Any thread.
 */
public final class Quarantine {
    /**
     * What key, headers and value may weigh together to be kept; of a larger record the value is left out, then the headers,
     * then the key. The broker checked it compressed, but a producer refuses to write it again by its plain size.
     */
    static final int MAX_BYTES = 6 * 1024 * 1024;
    /** What lengths and such may add for each header. */
    private static final int HEADER_BYTES = 16;

    private static final String WHY = "kurier-why";
    private static final String TOPIC = "kurier-topic";
    private static final String PARTITION = "kurier-partition";
    private static final String OFFSET = "kurier-offset";
    private static final String TOO_LARGE = "kurier-too-large";
    private static final String REQUEUED = "kurier-requeued";
    private static final List<String> PLACE = List.of(WHY, TOPIC, PARTITION, OFFSET);
    private static final int LONGEST_WHY = 300;
    /** What is kept of a reason, which may cite the record. */
    private static final int LONGEST_KEPT_WHY = 16 * 1024;

    private Quarantine() {}

    /**
     * Where a kept record stood.
     *
     * @param tooLarge it had more bytes than are kept: its value is not here, and perhaps neither headers nor key
     * @param ownHeaders how many of its headers are its own, the first ones
     */
    public record Origin(String why, String topic, int partition, long offset, boolean tooLarge, int ownHeaders) {
        /** With no more of the reason than a list shows. */
        public Origin shortened() {
            return why.length() <= LONGEST_WHY
                    ? this
                    : new Origin(why.substring(0, LONGEST_WHY) + "…", topic, partition, offset, tooLarge, ownHeaders);
        }
    }

    public static ProducerRecord<byte[], byte[]> of(String topic, ConsumerRecord<byte[], byte[]> record, String why) {
        long ofKey = length(record.key());
        long ofHeaders = weight(record.headers());
        long all = ofKey + ofHeaders + length(record.value());
        RecordHeaders headers =
                ofKey + ofHeaders <= MAX_BYTES ? new RecordHeaders(record.headers()) : new RecordHeaders();
        headers.add(WHY, utf8(why.length() <= LONGEST_KEPT_WHY ? why : why.substring(0, LONGEST_KEPT_WHY) + "…"));
        headers.add(TOPIC, utf8(record.topic()));
        headers.add(PARTITION, utf8(Integer.toString(record.partition())));
        headers.add(OFFSET, utf8(Long.toString(record.offset())));
        if (all > MAX_BYTES) {
            headers.add(TOO_LARGE, utf8(Long.toString(all)));
        }
        byte @Nullable [] key = ofKey <= MAX_BYTES ? record.key() : null;
        byte @Nullable [] value = all <= MAX_BYTES ? record.value() : null;
        return new ProducerRecord<>(topic, 0, key, value, headers);
    }

    private static long length(byte @Nullable [] bytes) {
        return bytes == null ? 0 : bytes.length;
    }

    private static long weight(Iterable<Header> headers) {
        long bytes = 0;
        for (Header header : headers) {
            bytes += HEADER_BYTES + utf8(header.key()).length + length(header.value());
        }
        return bytes;
    }

    /** Empty when the record is not one that {@link #of} made. Only the last headers count: those before are the record's own. */
    public static Optional<Origin> origin(ConsumerRecord<byte[], byte[]> kept) {
        Header[] headers = kept.headers().toArray();
        int end = headers.length;
        boolean tooLarge = end > 0 && headers[end - 1].key().equals(TOO_LARGE);
        end -= tooLarge ? 1 : 0;
        int own = end - PLACE.size();
        if (own < 0
                || !Arrays.stream(headers, own, end).map(Header::key).toList().equals(PLACE)) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Origin(
                    text(headers[own]),
                    text(headers[own + 1]),
                    Integer.parseInt(text(headers[own + 2])),
                    Long.parseLong(text(headers[own + 3])),
                    tooLarge,
                    own));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** The record as it was, for where it stood. */
    public static ProducerRecord<byte[], byte[]> putBack(ConsumerRecord<byte[], byte[]> kept, Origin origin) {
        Header[] headers = kept.headers().toArray();
        return new ProducerRecord<>(
                origin.topic(),
                origin.partition(),
                kept.key(),
                kept.value(),
                Arrays.asList(headers).subList(0, origin.ownHeaders()));
    }

    /** Says that the record at this offset was put back. */
    public static ProducerRecord<byte[], byte[]> mark(String topic, long offset) {
        RecordHeaders headers = new RecordHeaders();
        headers.add(REQUEUED, utf8(Long.toString(offset)));
        return new ProducerRecord<>(topic, 0, utf8(REQUEUED), null, headers);
    }

    /** The offset that a mark is about; empty when the record is no mark. */
    public static Optional<Long> requeued(ConsumerRecord<byte[], byte[]> record) {
        Header[] headers = record.headers().toArray();
        if (headers.length != 1 || !headers[0].key().equals(REQUEUED)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Long.parseLong(text(headers[0])));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static String text(Header header) {
        return header.value() == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
