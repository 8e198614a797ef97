package io.kurier.runtime.kafka;

import io.kurier.model.cloudevents.CloudEvent;
import io.kurier.model.tenant.Tenant;
import io.kurier.schemas.registry.ConfluentFraming;
import io.kurier.schemas.wire.EventHeaders;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * How the value of a record in an event topic is encoded, judged by its headers and first bytes. Workers use it to
 * decode events, and the quarantine view to find the tenant of an unreadable one. Any thread.
 */
public enum EventEncoding {
    /** A CloudEvent in structured mode: the value is the whole event, in JSON. */
    STRUCTURED,
    /** A CloudEvent in binary mode: its attributes are headers. */
    BINARY,
    /** The Avro record {@code Event} in Confluent's framing. */
    FRAMED,
    /** A JSON object with the fields of {@code POST /events}. */
    JSON,
    /** The Avro record {@code Event} in single-object encoding; also anything that matches none of the others. */
    AVRO;

    /** Judges one record; never fails. */
    public static EventEncoding of(ConsumerRecord<byte[], byte[]> record) {
        String contentType = header(record, EventHeaders.CONTENT_TYPE);
        byte @Nullable [] value = record.value();
        if (contentType != null && contentType.toLowerCase(Locale.ROOT).startsWith(EventHeaders.STRUCTURED_TYPE)) {
            return STRUCTURED;
        }
        if (header(record, EventHeaders.VERSION) != null) {
            return BINARY;
        }
        if (value != null && ConfluentFraming.isOn(value)) {
            return FRAMED;
        }
        boolean isJson = contentType != null && !isSingleObject(value) && CloudEvent.isJson(contentType);
        return isJson ? JSON : AVRO;
    }

    /** Whether the bytes begin as Avro's single-object encoding does. */
    public static boolean isSingleObject(byte @Nullable [] value) {
        return value != null && value.length > 1 && value[0] == (byte) 0xC3 && value[1] == 1;
    }

    /** The header's value as UTF-8, or null if it is missing. Of several headers with one name the last counts. */
    public static @Nullable String header(ConsumerRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null || header.value() == null ? null : new String(header.value(), StandardCharsets.UTF_8);
    }

    /** Whether a record of a shared topic that names no tenant belongs to {@link Tenant#DEFAULT}. */
    public boolean mayNameNobody() {
        return this == STRUCTURED || this == BINARY || this == JSON;
    }
}
