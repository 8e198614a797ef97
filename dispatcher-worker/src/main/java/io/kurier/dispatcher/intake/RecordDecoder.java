package io.kurier.dispatcher.intake;

import io.kurier.schemas.wire.UnknownSchemaException;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Decodes the records of one path. Called on that path's consumer thread. */
@FunctionalInterface
public interface RecordDecoder {
    /**
     * @return never null; a record that cannot be read becomes {@link DecodedRecord.Unreadable}
     * @throws UnknownSchemaException if the record's schema is not known yet: its partition waits
     * @throws InterruptedException if the worker stops meanwhile
     */
    DecodedRecord decode(ConsumerRecord<byte[], byte[]> record) throws UnknownSchemaException, InterruptedException;
}
