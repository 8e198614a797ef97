package io.kurier.dispatcher;

import io.kurier.schemas.Delivery;
import io.kurier.schemas.Event;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** One record as the consumer's thread hands it to the event loop. */
sealed interface Arrival {
    long offset();

    /** What it takes of memory, about: the size of its record. */
    int bytes();

    /** A record of {@code events}. */
    record OfEvent(long offset, int bytes, Event event) implements Arrival {}

    /** A record of {@code events} whose id came at a lower offset: it was, or will be, delivered for that one. */
    record Repeated(long offset, int bytes) implements Arrival {}

    /** A record of {@code lanes}. */
    record OfDelivery(long offset, int bytes, Delivery delivery) implements Arrival {}

    /** A record nobody can read; it is kept as it is. */
    record Unreadable(ConsumerRecord<byte[], byte[]> record, String why) implements Arrival {
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
