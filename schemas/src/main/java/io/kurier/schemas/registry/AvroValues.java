package io.kurier.schemas.registry;

import java.nio.ByteBuffer;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericContainer;

/** Which schema a value is written with: a record's own, or the primitive type of a plain value, as Confluent's. Any thread. */
final class AvroValues {
    static final Schema BYTES = Schema.create(Schema.Type.BYTES);
    private static final Schema TEXT = Schema.create(Schema.Type.STRING);
    private static final Map<Class<?>, Schema> PLAIN = Map.of(
            Boolean.class, Schema.create(Schema.Type.BOOLEAN),
            Integer.class, Schema.create(Schema.Type.INT),
            Long.class, Schema.create(Schema.Type.LONG),
            Float.class, Schema.create(Schema.Type.FLOAT),
            Double.class, Schema.create(Schema.Type.DOUBLE),
            byte[].class, BYTES);

    private AvroValues() {}

    /** @throws IllegalArgumentException when the value is of no kind that Avro writes */
    static Schema schema(Object value) {
        if (value instanceof GenericContainer container) {
            return container.getSchema();
        }
        if (value instanceof CharSequence) {
            return TEXT;
        }
        if (value instanceof ByteBuffer) {
            return BYTES;
        }
        Schema schema = PLAIN.get(value.getClass());
        if (schema == null) {
            throw new IllegalArgumentException("a value of " + value.getClass().getName()
                    + " has no Avro schema: expected a record, a text, a number, a boolean or bytes");
        }
        return schema;
    }
}
