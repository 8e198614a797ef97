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
 * How a record of an event topic says what it holds, told by its headers and first bytes: for who reads events, and for who
 * shows those that nobody could read. Any thread.
 */
public enum EventEncoding {
    /** A CloudEvent that is the whole value. */
    STRUCTURED,
    /** A CloudEvent whose attributes are headers. */
    BINARY,
    /** The record {@code Event} in Confluent's framing. */
    FRAMED,
    /** The fields of {@code POST /events}. */
    JSON,
    /** The record {@code Event} in Avro's single-object encoding, or what is nothing of these. */
    AVRO;

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

    /** The header's text; of several of one name the last counts, as everywhere in Kafka. */
    public static @Nullable String header(ConsumerRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null || header.value() == null ? null : new String(header.value(), StandardCharsets.UTF_8);
    }

    /** Whether a record of a shared topic that names no tenant is {@link Tenant#DEFAULT}'s. */
    public boolean mayNameNobody() {
        return this == STRUCTURED || this == BINARY || this == JSON;
    }
}
