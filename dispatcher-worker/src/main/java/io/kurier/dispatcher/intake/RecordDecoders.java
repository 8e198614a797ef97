package io.kurier.dispatcher.intake;

import io.kurier.dispatcher.decoding.EventDecoder;
import io.kurier.model.tenant.AdHocWebhook;
import io.kurier.runtime.control.AdHocWebhooks;
import io.kurier.runtime.time.ProcessClock;
import io.kurier.schemas.Delivery;
import io.kurier.schemas.Event;
import io.kurier.schemas.OneOffReceiver;
import io.kurier.schemas.registry.RegistryUnavailableException;
import io.kurier.schemas.topics.TopicCatalog;
import io.kurier.schemas.wire.RecordCodec;
import io.kurier.schemas.wire.UnknownSchemaException;
import io.kurier.schemas.wire.UnreadableRecordException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** The decoders of both paths. Each method is called on one consumer thread. */
public final class RecordDecoders implements AutoCloseable {
    /** How long a record waits until this process's tables are as new as those of its writer. */
    private static final Duration TABLE_WAIT = Duration.ofSeconds(5);

    private static final Duration NO_FURTHER_WAIT = Duration.ofSeconds(30);

    private final EventDecoder events;
    private final RecordCodec<Delivery> deliveries;
    private final AdHocWebhooks adHocWebhooks;
    private final TableProgress tables;
    private final TopicCatalog topics;
    private final ProcessClock clock;
    /** For offsets that any writer of events may have claimed. */
    private final TableWait claimedTables;

    private final TableWait eventTables;
    private final TableWait laneTables;

    public RecordDecoders(
            EventDecoder events,
            RecordCodec<Delivery> deliveries,
            AdHocWebhooks adHocWebhooks,
            TableProgress tables,
            TopicCatalog topics,
            ProcessClock clock) {
        this.events = events;
        this.deliveries = deliveries;
        this.adHocWebhooks = adHocWebhooks;
        this.tables = tables;
        this.topics = topics;
        this.clock = clock;
        this.claimedTables = new TableWait();
        this.eventTables = new TableWait();
        this.laneTables = new TableWait();
    }

    /**
     * A record of an event topic. Any service may have written it, so it is checked. It is handed on once the webhooks table is
     * as new as the HTTP API saw it, so that a webhook registered just before the event gets it.
     *
     * @throws UnknownSchemaException if the registry has not answered yet: the partition waits, and the record is read again
     */
    public DecodedRecord event(ConsumerRecord<byte[], byte[]> record)
            throws UnknownSchemaException, InterruptedException {
        try {
            Event event = decodeEvent(record);
            claimedTables.await(topics.webhooks(), event.getWebhooksOffset());
            return new DecodedRecord.OfEvent(
                    record.offset(), record.serializedValueSize(), event, adHoc(event, event.getOneOff(), eventTables));
        } catch (UnreadableRecordException e) {
            return new DecodedRecord.Unreadable(record, e.getMessage());
        } catch (RegistryUnavailableException e) {
            throw new UnknownSchemaException(e.getMessage());
        }
    }

    /**
     * A record of {@code lanes}.
     *
     * @throws UnknownSchemaException if its schema is unknown: only Kurier writes there, so a newer version did
     */
    public DecodedRecord delivery(ConsumerRecord<byte[], byte[]> record)
            throws UnknownSchemaException, InterruptedException {
        try {
            Delivery delivery = deliveries.decode(record.value());
            OneOffReceiver named = delivery.getEvent().getOneOff();
            boolean goesThere = named != null && named.getWebhookId().equals(delivery.getWebhookId());
            return new DecodedRecord.OfDelivery(
                    record.offset(),
                    record.serializedValueSize(),
                    delivery,
                    adHoc(delivery.getEvent(), goesThere ? named : null, laneTables));
        } catch (UnreadableRecordException e) {
            return new DecodedRecord.Unreadable(record, e.getMessage());
        }
    }

    /** A publisher's schema may have been announced in the topic {@code schemas} just now, so it is worth the same wait. */
    private Event decodeEvent(ConsumerRecord<byte[], byte[]> record)
            throws UnreadableRecordException, RegistryUnavailableException, InterruptedException {
        try {
            return events.read(record);
        } catch (UnknownSchemaException e) {
            String schemas = topics.schemas();
            claimedTables.await(schemas, tables.position(schemas) + 1);
        }
        try {
            return events.read(record);
        } catch (UnknownSchemaException e) {
            throw new UnreadableRecordException(e.getMessage(), e);
        }
    }

    /**
     * Decrypts the ad-hoc webhook of an event, which only an HTTP API of this installation can have encrypted, and waits until
     * the tenants table is as new as that API saw it.
     */
    private @Nullable AdHocWebhook adHoc(Event event, @Nullable OneOffReceiver receiver, TableWait wait)
            throws UnreadableRecordException, InterruptedException {
        if (receiver == null) {
            return null;
        }
        try {
            AdHocWebhook adHoc = adHocWebhooks.open(event, receiver);
            wait.await(topics.tenants(), receiver.getTenantsOffset());
            return adHoc;
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new UnreadableRecordException(
                    "one_off cannot be decrypted, expected a webhook that an HTTP API of this installation encrypted for this event",
                    e);
        }
    }

    /** Waits for tables. After a wait that timed out it does not wait for a while, so that partitions are not stopped for long. */
    private final class TableWait {
        private long noWaitUntilNanos = clock.nanoTime();

        void await(String topic, long offset) throws InterruptedException {
            if (clock.nanoTime() - noWaitUntilNanos >= 0 && !tables.await(topic, offset, TABLE_WAIT)) {
                noWaitUntilNanos = clock.nanoTime() + NO_FURTHER_WAIT.toNanos();
            }
        }
    }

    @Override
    public void close() {
        events.close();
    }
}
