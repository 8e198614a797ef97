package io.kurier.runtime.kafka;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** Records nobody could read, kept byte for byte, with headers that say where each stood and why. */
public final class Quarantine {
    private Quarantine() {}

    public static ProducerRecord<byte[], byte[]> of(String topic, ConsumerRecord<byte[], byte[]> record, String why) {
        RecordHeaders headers = new RecordHeaders(record.headers());
        headers.add("kurier-why", utf8(why));
        headers.add("kurier-topic", utf8(record.topic()));
        headers.add("kurier-partition", utf8(Integer.toString(record.partition())));
        headers.add("kurier-offset", utf8(Long.toString(record.offset())));
        return new ProducerRecord<>(topic, 0, record.key(), record.value(), headers);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
