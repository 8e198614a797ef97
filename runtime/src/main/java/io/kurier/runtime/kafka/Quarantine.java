package io.kurier.runtime.kafka;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/** Records nobody could read, kept byte for byte, with headers that say where each stood and why. */
public final class Quarantine {
    /** What a record may weigh to be kept here; of a larger one only its place is. */
    private static final int MAX_BYTES = 6 * 1024 * 1024;

    private Quarantine() {}

    public static ProducerRecord<byte[], byte[]> of(String topic, ConsumerRecord<byte[], byte[]> record, String why) {
        RecordHeaders headers = new RecordHeaders(record.headers());
        headers.add("kurier-why", utf8(why));
        headers.add("kurier-topic", utf8(record.topic()));
        headers.add("kurier-partition", utf8(Integer.toString(record.partition())));
        headers.add("kurier-offset", utf8(Long.toString(record.offset())));
        byte @Nullable [] value = record.value();
        if (value != null && value.length > MAX_BYTES) {
            headers.add("kurier-too-large", utf8(Integer.toString(value.length)));
            value = null;
        }
        return new ProducerRecord<>(topic, 0, record.key(), value, headers);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
