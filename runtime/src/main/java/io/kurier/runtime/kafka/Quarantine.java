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
 * The records of the topic {@code quarantine}: unreadable records of other topics, byte for byte, with extra headers
 * after their own that say where each came from and why; and marks for those that were requeued. Any thread.
 */
public final class Quarantine {
    /**
     * Limit for key, headers and value together. A larger record loses its value, then its headers, then its key: the
     * broker checked its compressed size, but a producer checks the uncompressed size and would refuse it.
     */
    static final int MAX_BYTES = 6 * 1024 * 1024;
    /** Upper bound of the encoding overhead of one header. */
    private static final int HEADER_BYTES = 16;

    private static final String WHY = "kurier-why";
    private static final String TOPIC = "kurier-topic";
    private static final String PARTITION = "kurier-partition";
    private static final String OFFSET = "kurier-offset";
    private static final String TOO_LARGE = "kurier-too-large";
    private static final String REQUEUED = "kurier-requeued";
    private static final List<String> PLACE = List.of(WHY, TOPIC, PARTITION, OFFSET);
    private static final int LONGEST_WHY = 300;
    /** Longest reason that is stored, in characters; a reason may quote the record. */
    private static final int LONGEST_KEPT_WHY = 16 * 1024;

    private Quarantine() {}

    /**
     * Where a quarantined record came from.
     *
     * @param why the reason it could not be read
     * @param tooLarge whether the record exceeded the limit, so that its value and perhaps its headers and key are
     *     missing
     * @param ownHeaders how many of the first headers are the record's own
     */
    public record Origin(String why, String topic, int partition, long offset, boolean tooLarge, int ownHeaders) {
        /** The same with the reason cut to 300 characters, for lists. */
        public Origin shortened() {
            return why.length() <= LONGEST_WHY
                    ? this
                    : new Origin(why.substring(0, LONGEST_WHY) + "…", topic, partition, offset, tooLarge, ownHeaders);
        }
    }

    /**
     * The record for the topic {@code quarantine}.
     *
     * @param topic name of the topic {@code quarantine}
     * @param record the record that cannot be read
     */
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

    /**
     * Reads the headers that {@link #of} added; empty if it did not make the record. Only the last headers count, since
     * those before are the record's own.
     */
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

    /** The record as it was, for the topic and partition it came from. */
    public static ProducerRecord<byte[], byte[]> putBack(ConsumerRecord<byte[], byte[]> kept, Origin origin) {
        Header[] headers = kept.headers().toArray();
        return new ProducerRecord<>(
                origin.topic(),
                origin.partition(),
                kept.key(),
                kept.value(),
                Arrays.asList(headers).subList(0, origin.ownHeaders()));
    }

    /** The mark that the quarantined record at this offset was requeued. */
    public static ProducerRecord<byte[], byte[]> mark(String topic, long offset) {
        RecordHeaders headers = new RecordHeaders();
        headers.add(REQUEUED, utf8(Long.toString(offset)));
        return new ProducerRecord<>(topic, 0, utf8(REQUEUED), null, headers);
    }

    /** The offset of the quarantined record that this mark is about; empty if the record is not a mark. */
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
