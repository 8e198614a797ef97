package io.kurier.dispatcher.decoding;

import io.kurier.model.EventRules;
import io.kurier.model.Ids;
import io.kurier.model.event.EventRefusedException;
import io.kurier.model.event.Origin;
import io.kurier.model.event.PublishedEvent;
import io.kurier.model.event.PublishedJson;
import io.kurier.model.tenant.Tenant;
import io.kurier.runtime.kafka.EventEncoding;
import io.kurier.schemas.Event;
import io.kurier.schemas.registry.ConfluentFraming;
import io.kurier.schemas.registry.RegistryRefusedException;
import io.kurier.schemas.registry.RegistryUnavailableException;
import io.kurier.schemas.topics.TopicCatalog;
import io.kurier.schemas.wire.EventHeaders;
import io.kurier.schemas.wire.RecordCodec;
import io.kurier.schemas.wire.UnknownSchemaException;
import io.kurier.schemas.wire.UnreadableRecordException;
import java.time.Instant;
import java.util.Locale;
import org.apache.avro.Schema;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Decodes records of event topics, in every encoding that publishers may use: Kurier's Avro, a schema registry's framing, JSON
 * and CloudEvents. Used by one thread.
 */
public final class EventDecoder implements AutoCloseable {
    private final TopicCatalog topics;
    private final RecordCodec<Event> events;
    private final @Nullable RegistrySchemas registry;

    /** @param registry null if no schema registry is configured */
    public EventDecoder(TopicCatalog topics, RecordCodec<Event> events, @Nullable RegistrySchemas registry) {
        this.topics = topics;
        this.events = events;
        this.registry = registry;
    }

    /**
     * Decodes one record.
     *
     * @return the event, checked and normalised as the HTTP API does it
     * @throws UnreadableRecordException if the record can never be read
     * @throws UnknownSchemaException if its schema was not announced in the topic {@code schemas}
     * @throws RegistryUnavailableException if the schema registry has not answered yet: read the same record again
     */
    public Event read(ConsumerRecord<byte[], byte[]> record)
            throws UnreadableRecordException, UnknownSchemaException, RegistryUnavailableException,
                    InterruptedException {
        String bound = topics.tenantOf(record.topic());
        byte[] value = record.value();
        return switch (EventEncoding.of(record)) {
            case STRUCTURED -> structured(record, origin(record, bound));
            case BINARY -> binary(record, origin(record, bound));
            case FRAMED -> checked(framed(value), record, bound);
            case JSON -> json(value, origin(record, bound));
            case AVRO -> checked(singleObject(value), record, bound);
        };
    }

    private Event singleObject(byte[] value) throws UnreadableRecordException, UnknownSchemaException {
        if (value != null && value.length > 0 && value[0] == '{') {
            throw new UnreadableRecordException(
                    "the value looks like JSON, expected Avro; for JSON, send the header " + EventHeaders.CONTENT_TYPE
                            + ": application/json",
                    null);
        }
        return events.decode(value);
    }

    private Event framed(byte[] value)
            throws UnreadableRecordException, UnknownSchemaException, RegistryUnavailableException,
                    InterruptedException {
        return events.decode(value, ConfluentFraming.HEAD, schema(ConfluentFraming.id(value)));
    }

    private static Event json(byte @Nullable [] value, Origin origin) throws UnreadableRecordException {
        if (value == null) {
            throw new UnreadableRecordException("the record has no value, expected JSON", null);
        }
        return published(() -> PublishedJson.plain(value, origin));
    }

    private static Event structured(ConsumerRecord<byte[], byte[]> record, Origin origin)
            throws UnreadableRecordException {
        byte[] value = record.value();
        String contentType = String.valueOf(EventEncoding.header(record, EventHeaders.CONTENT_TYPE));
        if (value == null || !contentType.toLowerCase(Locale.ROOT).startsWith(EventHeaders.STRUCTURED_TYPE + "+json")) {
            throw new UnreadableRecordException(
                    EventHeaders.CONTENT_TYPE + " is '" + contentType + "', expected " + EventHeaders.STRUCTURED_TYPE
                            + "+json with one event",
                    null);
        }
        return published(() -> PublishedJson.cloudEvent(value, origin));
    }

    private Event binary(ConsumerRecord<byte[], byte[]> record, Origin origin)
            throws UnreadableRecordException, UnknownSchemaException, RegistryUnavailableException,
                    InterruptedException {
        String contentType = EventEncoding.header(record, EventHeaders.CONTENT_TYPE);
        byte[] value = record.value();
        boolean isAvro = contentType == null
                ? value != null && (ConfluentFraming.isOn(value) || EventEncoding.isSingleObject(value))
                : contentType.toLowerCase(Locale.ROOT).contains("avro");
        byte @Nullable [] data = isAvro && value != null ? avro(value, origin.maxBytes()) : value;
        return published(() -> PublishedJson.cloudEvent(
                name -> name.equals("datacontenttype")
                        ? (isAvro ? null : contentType)
                        : EventEncoding.header(record, EventHeaders.ATTRIBUTE + name),
                EventHeaders.ATTRIBUTE,
                data,
                origin));
    }

    private byte[] avro(byte[] value, int maxBytes)
            throws UnreadableRecordException, UnknownSchemaException, RegistryUnavailableException,
                    InterruptedException {
        if (ConfluentFraming.isOn(value)) {
            return AvroJson.of(value, ConfluentFraming.HEAD, schema(ConfluentFraming.id(value)), maxBytes);
        }
        throw new UnreadableRecordException(
                "data is Avro (" + value.length + " bytes) without a schema id, expected Confluent's framing:"
                        + " 0x00 and a schema id of four bytes before the Avro value",
                null);
    }

    private Schema schema(int id) throws UnreadableRecordException, RegistryUnavailableException, InterruptedException {
        if (registry == null) {
            throw new UnreadableRecordException(
                    "the value is in Confluent's framing with schema id " + id + ", but " + RegistryConfig.URL
                            + " names no registry; set it to read this record",
                    null);
        }
        try {
            return registry.find(id);
        } catch (RegistryRefusedException e) {
            throw new UnreadableRecordException(e.getMessage(), e);
        }
    }

    /**
     * An Avro event in Kurier's schema. In a topic that belongs to a tenant it gets that tenant, and its claim that the HTTP
     * API wrote it is dropped.
     */
    private static Event checked(Event event, ConsumerRecord<byte[], byte[]> record, @Nullable String bound)
            throws UnreadableRecordException {
        if (bound != null) {
            String claimed = event.getTenant();
            event.setTenant(tenant(
                    claimed.isEmpty() ? EventEncoding.header(record, EventHeaders.TENANT) : claimed, record, bound));
            event.setWebhooksOffset(-1);
        }
        return EventCheck.check(event);
    }

    private static Origin origin(ConsumerRecord<byte[], byte[]> record, @Nullable String bound)
            throws UnreadableRecordException {
        String tenant = tenant(EventEncoding.header(record, EventHeaders.TENANT), record, bound);
        if (!Ids.isTenant(tenant)) {
            throw new UnreadableRecordException(
                    EventHeaders.TENANT + " is '" + EventRules.shortened(tenant) + "', " + Ids.EXPECTED_TENANT, null);
        }
        // the same record always gets the same id; its time distinguishes it from a record of a re-created topic
        String place =
                "\0" + record.topic() + "\0" + record.partition() + "\0" + record.offset() + "\0" + record.timestamp();
        Instant at =
                Instant.ofEpochMilli(Math.max(0, Math.min(record.timestamp(), EventRules.LATEST_TIME.toEpochMilli())));
        return new Origin(tenant, () -> Ids.eventFor(tenant, place), at, EventRules.MAX_DATA_BYTES);
    }

    private static String tenant(
            @Nullable String claimed, ConsumerRecord<byte[], byte[]> record, @Nullable String bound)
            throws UnreadableRecordException {
        if (bound != null && claimed != null && !claimed.equals(bound)) {
            throw new UnreadableRecordException(
                    "tenant is '" + EventRules.shortened(claimed) + "', and the topic " + record.topic()
                            + " belongs to '" + bound + "'",
                    null);
        }
        return bound != null ? bound : claimed != null ? claimed : Tenant.DEFAULT;
    }

    /** Parses an event, or throws with the reason why it cannot. */
    private interface Reading {
        PublishedEvent read() throws EventRefusedException, UnreadableRecordException;
    }

    private static Event published(Reading reading) throws UnreadableRecordException {
        try {
            PublishedEvent found = reading.read();
            return Event.newBuilder()
                    .setId(found.id())
                    .setTenant(found.tenant())
                    .setType(found.type())
                    .setJobId(found.jobId())
                    .setTime(found.time())
                    .setData(found.data())
                    .setClientId(found.clientId())
                    .setExpiresAtMs(found.expiresAtMs())
                    .build();
        } catch (EventRefusedException e) {
            throw new UnreadableRecordException(String.valueOf(e.getMessage()), e);
        }
    }

    @Override
    public void close() {
        if (registry != null) {
            registry.close();
        }
    }
}
