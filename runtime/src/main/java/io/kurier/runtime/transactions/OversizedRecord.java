package io.kurier.runtime.transactions;

import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jspecify.annotations.Nullable;

/** Recognises a batch that can never be written because one of its records is too large. Any thread. */
final class OversizedRecord {
    private static final int LONGEST_KEY = 128;

    private OversizedRecord() {}

    /** Describes the oversized record; null if the failure has another cause. */
    static @Nullable String in(Batch batch, Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof RecordTooLargeException) {
                return batch.records().stream()
                        .max(Comparator.comparingLong(OversizedRecord::bytes))
                        .map(record -> "a record for topic " + record.topic() + " with key '" + key(record) + "' has "
                                + bytes(record) + " bytes, more than Kafka accepts (max.message.bytes)")
                        .orElse(null);
            }
        }
        return null;
    }

    private static long bytes(ProducerRecord<byte[], byte[]> record) {
        long bytes = length(record.key()) + length(record.value());
        for (var header : record.headers()) {
            bytes += header.key().length() + length(header.value());
        }
        return bytes;
    }

    private static String key(ProducerRecord<byte[], byte[]> record) {
        byte @Nullable [] key = record.key();
        return key == null ? "" : new String(key, 0, Math.min(key.length, LONGEST_KEY), StandardCharsets.UTF_8);
    }

    private static long length(byte @Nullable [] bytes) {
        return bytes == null ? 0 : bytes.length;
    }
}
