package io.kurier.dispatcher.intake;

import io.kurier.model.tenant.AdHocWebhook;
import io.kurier.schemas.Delivery;
import io.kurier.schemas.Event;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** One record as the consumer's thread hands it to the event loop. */
public sealed interface DecodedRecord {
    long offset();

    /** What it takes of memory, about: the size of its record. */
    int bytes();

    /**
     * A record of {@code events}.
     *
     * @param oneOff the receiver that the event names itself
     */
    record OfEvent(
            long offset, int bytes, Event event, @Nullable AdHocWebhook oneOff) implements DecodedRecord {}

    /** A record of {@code events} whose id came at a lower offset: it was, or will be, delivered for that one. */
    record Repeated(long offset, int bytes) implements DecodedRecord {}

    /**
     * A record of {@code lanes}.
     *
     * @param oneOff the receiver that its event names itself, if the delivery goes there
     */
    record OfDelivery(
            long offset,
            int bytes,
            Delivery delivery,
            @Nullable AdHocWebhook oneOff) implements DecodedRecord {}

    /** A record nobody can read; it is kept as it is. */
    record Unreadable(ConsumerRecord<byte[], byte[]> record, String why) implements DecodedRecord {
        @Override
        public long offset() {
            return record.offset();
        }

        @Override
        public int bytes() {
            return record.serializedValueSize();
        }
    }
}
