package io.kurier.dispatcher.reading;

import io.kurier.model.Ids;
import io.kurier.model.cloudevents.CloudEvent;
import io.kurier.model.event.EventRefusedException;
import io.kurier.model.event.Origin;
import io.kurier.model.event.PublishedEvent;
import io.kurier.model.event.PublishedJson;
import io.kurier.runtime.KurierRuntime;
import io.kurier.schemas.Event;
import io.kurier.schemas.registry.ConfluentFraming;
import io.kurier.schemas.registry.RegistryClient;
import io.kurier.schemas.registry.RegistryRefusedException;
import io.kurier.schemas.registry.RegistrySettings;
import io.kurier.schemas.registry.RegistryUnavailableException;
import io.kurier.schemas.topics.TopicCatalog;
import io.kurier.schemas.wire.RecordCodec;
import io.kurier.schemas.wire.UnknownSchemaException;
import io.kurier.schemas.wire.UnreadableRecordException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Locale;
import org.apache.avro.Schema;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** Reads records of event topics, whoever wrote them and however. One thread's. */
public final class EventReader implements AutoCloseable {
    /** Names the tenant of a record that has no field for it. */
    public static final String TENANT_HEADER = "kurier-tenant";

    private static final String DEFAULT_TENANT = "default";
    private static final String CONTENT_TYPE = "content-type";
    private static final String ATTRIBUTE = "ce_";
    private static final String STRUCTURED = "application/cloudevents";
    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999Z");

    private final TopicCatalog topics;
    private final RecordCodec<Event> events;
    private final @Nullable RegistrySchemas registry;

    /** @param registry null when there is none */
    public EventReader(KurierRuntime runtime, @Nullable RegistrySettings registry) {
        this(
                runtime.topics(),
                runtime.codec(Event.class),
                registry == null ? null : new RegistrySchemas(new RegistryClient(registry), runtime.metrics()));
    }

    EventReader(TopicCatalog topics, RecordCodec<Event> events, @Nullable RegistrySchemas registry) {
        this.topics = topics;
        this.events = events;
        this.registry = registry;
    }

    /**
     * An event as the door would have made it.
     *
     * @throws UnreadableRecordException for good
     * @throws UnknownSchemaException when a schema was not announced in the topic {@code schemas}
     * @throws RegistryUnavailableException when the registry has not told the schema yet: read the same record again
     */
    public Event read(ConsumerRecord<byte[], byte[]> record)
            throws UnreadableRecordException, UnknownSchemaException, RegistryUnavailableException,
                    InterruptedException {
        String bound = topics.tenantOf(record.topic());
        String contentType = header(record, CONTENT_TYPE);
        byte[] value = record.value();
        if (contentType != null && contentType.toLowerCase(Locale.ROOT).startsWith(STRUCTURED)) {
            return structured(contentType, value, origin(record, bound));
        }
        if (header(record, ATTRIBUTE + "specversion") != null) {
            return binary(record, contentType, origin(record, bound));
        }
        if (value != null && ConfluentFraming.isOn(value)) {
            Schema writer = schema(ConfluentFraming.id(value));
            return checked(events.decode(value, ConfluentFraming.HEAD, writer), record, bound);
        }
        if (value != null && contentType != null && !isSingleObject(value) && CloudEvent.isJson(contentType)) {
            return published(() -> PublishedJson.plain(value, origin(record, bound)));
        }
        return checked(events.decode(value), record, bound);
    }

    private static boolean isSingleObject(byte[] value) {
        return value.length > 1 && value[0] == (byte) 0xC3 && value[1] == 1;
    }

    private static Event structured(String contentType, byte @Nullable [] value, Origin origin)
            throws UnreadableRecordException {
        if (value == null || !contentType.toLowerCase(Locale.ROOT).startsWith(STRUCTURED + "+json")) {
            throw new UnreadableRecordException(
                    CONTENT_TYPE + " is '" + contentType + "', expected " + STRUCTURED + "+json with one event", null);
        }
        return published(() -> PublishedJson.cloudEvent(value, origin));
    }

    private Event binary(ConsumerRecord<byte[], byte[]> record, @Nullable String contentType, Origin origin)
            throws UnreadableRecordException, UnknownSchemaException, RegistryUnavailableException,
                    InterruptedException {
        byte[] value = record.value();
        boolean isAvro = contentType == null
                ? value != null && (ConfluentFraming.isOn(value) || isSingleObject(value))
                : contentType.toLowerCase(Locale.ROOT).contains("avro");
        byte @Nullable [] data = isAvro && value != null ? avro(value, origin.maxBytes()) : value;
        return published(() -> PublishedJson.cloudEvent(
                name -> name.equals("datacontenttype")
                        ? (isAvro ? null : contentType)
                        : header(record, ATTRIBUTE + name),
                ATTRIBUTE,
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
                "data is Avro of " + value.length
                        + " bytes whose schema nobody can tell: expected Confluent's framing, 0x00 and a schema id of four bytes",
                null);
    }

    private Schema schema(int id) throws UnreadableRecordException, RegistryUnavailableException, InterruptedException {
        if (registry == null) {
            throw new UnreadableRecordException(
                    "the value is in Confluent's framing with schema id " + id + ", and " + RegistryConfig.URL
                            + " names no registry",
                    null);
        }
        try {
            return registry.find(id);
        } catch (RegistryRefusedException e) {
            throw new UnreadableRecordException(e.getMessage(), e);
        }
    }

    /** What came as our own record: its tenant is the topic's, if that has one, and only the door's own word is taken on trust. */
    private static Event checked(Event event, ConsumerRecord<byte[], byte[]> record, @Nullable String bound)
            throws UnreadableRecordException {
        if (bound != null) {
            String claimed = event.getTenant();
            event.setTenant(tenant(claimed.isEmpty() ? header(record, TENANT_HEADER) : claimed, record, bound));
            event.setWebhooksOffset(-1);
        }
        return EventCheck.check(event);
    }

    private static Origin origin(ConsumerRecord<byte[], byte[]> record, @Nullable String bound)
            throws UnreadableRecordException {
        String tenant = tenant(header(record, TENANT_HEADER), record, bound);
        if (!Ids.isTenant(tenant)) {
            throw new UnreadableRecordException(
                    TENANT_HEADER + " is '" + EventCheck.shown(tenant) + "', " + Ids.EXPECTED_TENANT, null);
        }
        // the same record has the same id whenever it is read; its time tells it from one of a topic made anew
        String place =
                "\0" + record.topic() + "\0" + record.partition() + "\0" + record.offset() + "\0" + record.timestamp();
        Instant at = Instant.ofEpochMilli(Math.max(0, Math.min(record.timestamp(), LATEST.toEpochMilli())));
        return new Origin(tenant, () -> Ids.eventFor(tenant, place), at, EventCheck.MAX_DATA);
    }

    private static String tenant(
            @Nullable String claimed, ConsumerRecord<byte[], byte[]> record, @Nullable String bound)
            throws UnreadableRecordException {
        if (bound != null && claimed != null && !claimed.equals(bound)) {
            throw new UnreadableRecordException(
                    "tenant is '" + EventCheck.shown(claimed) + "', and the topic " + record.topic() + " belongs to '"
                            + bound + "'",
                    null);
        }
        return bound != null ? bound : claimed != null ? claimed : DEFAULT_TENANT;
    }

    /** What reads an event or says why there is none. */
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

    private static @Nullable String header(ConsumerRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null || header.value() == null ? null : new String(header.value(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        if (registry != null) {
            registry.close();
        }
    }
}
