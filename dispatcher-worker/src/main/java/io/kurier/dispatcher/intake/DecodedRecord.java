package io.kurier.dispatcher.intake;

import io.kurier.model.tenant.AdHocWebhook;
import io.kurier.schemas.Delivery;
import io.kurier.schemas.Event;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** One record as the consumer thread hands it to the event loop. Immutable. */
public sealed interface DecodedRecord {
    long offset();

    /** About the memory it uses: the size of its record's value in bytes. */
    int bytes();

    /**
     * A record of {@code events}.
     *
     * @param adHoc the webhook that the event names itself
     */
    record OfEvent(
            long offset, int bytes, Event event, @Nullable AdHocWebhook adHoc) implements DecodedRecord {}

    /** A record of {@code events} whose id came at a lower offset: that record is delivered instead. */
    record Duplicate(long offset, int bytes) implements DecodedRecord {}

    /**
     * A record of {@code lanes}.
     *
     * @param adHoc the webhook that its event names itself, if the delivery goes there
     */
    record OfDelivery(
            long offset,
            int bytes,
            Delivery delivery,
            @Nullable AdHocWebhook adHoc) implements DecodedRecord {}

    /** A record that cannot be read; it goes to quarantine as it is. */
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
