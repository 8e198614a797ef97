package io.kurier.dispatcher.intake;

import io.kurier.dispatcher.decoding.EventDecoder;
import io.kurier.model.tenant.AdHocWebhook;
import io.kurier.runtime.KurierRuntime;
import io.kurier.schemas.Delivery;
import io.kurier.schemas.Event;
import io.kurier.schemas.OneOffReceiver;
import io.kurier.schemas.registry.RegistryUnavailableException;
import io.kurier.schemas.wire.RecordCodec;
import io.kurier.schemas.wire.UnknownSchemaException;
import io.kurier.schemas.wire.UnreadableRecordException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** From records to arrivals; each method on one intake's thread. */
public final class RecordDecoders implements AutoCloseable {
    /** How long an event waits for this process's tables to show what its publisher saw. */
    private static final Duration TABLE_WAIT = Duration.ofSeconds(5);

    private static final Duration NO_WAIT = Duration.ofSeconds(30);

    private final KurierRuntime runtime;
    private final EventDecoder events;
    private final RecordCodec<Delivery> deliveries;
    /** For what anyone who may write events may claim. */
    private final TableWait claimedTables = new TableWait();

    private final TableWait eventTables = new TableWait();
    private final TableWait laneTables = new TableWait();

    public RecordDecoders(KurierRuntime runtime, EventDecoder events) {
        this.runtime = runtime;
        this.events = events;
        this.deliveries = runtime.codec(Delivery.class);
    }

    /**
     * A record of an event topic: anyone may have written it, so it is checked. It is handed on when the webhooks table
     * is as new as it was at the door, so that a webhook made just before the event gets it.
     *
     * @throws UnknownSchemaException when the registry is to be asked again: the partition waits
     */
    public DecodedRecord event(ConsumerRecord<byte[], byte[]> record)
            throws UnknownSchemaException, InterruptedException {
        try {
            Event event = decodeEvent(record);
            claimedTables.await(runtime.topics().webhooks(), event.getWebhooksOffset());
            return new DecodedRecord.OfEvent(
                    record.offset(),
                    record.serializedValueSize(),
                    event,
                    oneOff(event, event.getOneOff(), eventTables));
        } catch (UnreadableRecordException e) {
            return new DecodedRecord.Unreadable(record, e.getMessage());
        } catch (RegistryUnavailableException e) {
            throw new UnknownSchemaException(e.getMessage());
        }
    }

    /** Waits for tables, but not again soon when it was in vain: that must not stop the partition for long. */
    private final class TableWait {
        private long noWaitUntilNanos = System.nanoTime();

        void await(String topic, long offset) throws InterruptedException {
            if (System.nanoTime() - noWaitUntilNanos >= 0 && !runtime.tables().await(topic, offset, TABLE_WAIT)) {
                noWaitUntilNanos = System.nanoTime() + NO_WAIT.toNanos();
            }
        }
    }

    /** What only a door of this installation can have written; its tenant's settings are waited for as webhooks are. */
    private @Nullable AdHocWebhook oneOff(Event event, @Nullable OneOffReceiver receiver, TableWait tables)
            throws UnreadableRecordException, InterruptedException {
        if (receiver == null) {
            return null;
        }
        try {
            AdHocWebhook oneOff = runtime.oneOffs().open(event, receiver);
            tables.await(runtime.topics().tenants(), receiver.getTenantsOffset());
            return oneOff;
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new UnreadableRecordException(
                    "one_off does not open: expected what an API of this installation sealed for this event", e);
        }
    }

    /** A publisher's schema may be announced in the topic {@code schemas} just now; it is worth the same wait. */
    private Event decodeEvent(ConsumerRecord<byte[], byte[]> record)
            throws UnreadableRecordException, RegistryUnavailableException, InterruptedException {
        try {
            return events.read(record);
        } catch (UnknownSchemaException e) {
            String schemas = runtime.topics().schemas();
            claimedTables.await(schemas, runtime.tables().position(schemas) + 1);
        }
        try {
            return events.read(record);
        } catch (UnknownSchemaException e) {
            throw new UnreadableRecordException(e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        events.close();
    }

    /** A record of {@code lanes}: only Kurier writes there, so an unknown schema is a newer version's and waits. */
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
                    oneOff(delivery.getEvent(), goesThere ? named : null, laneTables));
        } catch (UnreadableRecordException e) {
            return new DecodedRecord.Unreadable(record, e.getMessage());
        }
    }
}
