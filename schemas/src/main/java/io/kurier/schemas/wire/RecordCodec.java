package io.kurier.schemas.wire;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.message.BadHeaderException;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.avro.message.MessageDecoder;
import org.apache.avro.message.MissingSchemaException;
import org.apache.avro.message.RawMessageDecoder;
import org.apache.avro.message.SchemaStore;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecordBase;
import org.jspecify.annotations.Nullable;

/**
 * Encodes and decodes records of one type in Avro single-object encoding. Reads records of every announced version. Any
 * thread.
 *
 * @param <T> the generated record class
 */
public final class RecordCodec<T extends SpecificRecordBase> {
    /** A length prefix is the writer's claim; without a bound a hostile one makes us allocate gigabytes. */
    private static final int MAX_FIELD_BYTES = 32 * 1024 * 1024;
    /** Limit on array items: Avro allocates all of them before it reads the first. */
    private static final int MAX_ITEMS = 1_000_000;
    /** Writers' schemas whose resolution is kept; the same object is given for the same id. */
    private static final int MAX_WRITERS = 1_000;

    static {
        TrustedClasses.trustOwn();
        limit("bytes.maxLength", MAX_FIELD_BYTES);
        limit("string.maxLength", MAX_FIELD_BYTES);
        limit("collectionItems.maxLength", MAX_ITEMS);
        // Items of type null take no bytes, so the length of the input does not limit their number.
        limit("collectionItems.maxAllocation", MAX_ITEMS);
    }

    private static void limit(String kind, int most) {
        String property = "org.apache.avro.limits." + kind;
        if (System.getProperty(property) == null) {
            System.setProperty(property, Integer.toString(most));
        }
    }

    private final String name;
    private final SpecificData data;
    private final Schema schema;
    private final RecordEncoder<T> encoder;
    private final BinaryMessageDecoder<T> decoder;
    private final Map<Schema, MessageDecoder<T>> bodies = new ConcurrentHashMap<>();

    public RecordCodec(Class<T> type, SchemaStore writers) {
        this.data = SpecificData.getForClass(type);
        // the generated classes write themselves where they can, which is quicker
        data.setCustomCoders(true);
        this.schema = data.getSchema(type);
        this.name = schema.getName();
        this.encoder = new RecordEncoder<>(data, schema);
        this.decoder = new BinaryMessageDecoder<>(data, schema, writers);
    }

    public byte[] encode(T record) {
        try {
            return encoder.encode(record);
        } catch (IOException e) {
            throw new IllegalStateException("writing a " + name + " to memory failed", e);
        }
    }

    /**
     * @throws UnreadableRecordException when the bytes are no such record
     * @throws UnknownSchemaException when the writer's schema has not been announced
     */
    public T decode(byte @Nullable [] bytes) throws UnreadableRecordException, UnknownSchemaException {
        if (bytes == null) {
            throw new UnreadableRecordException("expected a " + name + ", found a record without a value", null);
        }
        return decode(decoder, ByteBuffer.wrap(bytes), bytes);
    }

    /**
     * Decodes a body with the given writer's schema (Confluent's framing).
     *
     * @throws UnreadableRecordException when the bytes are no such record, or the schema is of another kind
     */
    public T decode(byte[] bytes, int from, Schema writer) throws UnreadableRecordException, UnknownSchemaException {
        if (bodies.size() >= MAX_WRITERS && !bodies.containsKey(writer)) {
            bodies.clear();
        }
        MessageDecoder<T> body = bodies.computeIfAbsent(writer, found -> new RawMessageDecoder<>(data, found, schema));
        return decode(body, ByteBuffer.wrap(bytes, from, bytes.length - from), bytes);
    }

    private T decode(MessageDecoder<T> reader, ByteBuffer buffer, byte[] bytes)
            throws UnreadableRecordException, UnknownSchemaException {
        try {
            return reader.decode(buffer, null);
        } catch (MissingSchemaException e) {
            throw new UnknownSchemaException("expected a " + name + ", found fingerprint " + fingerprintOf(bytes)
                    + ", which no process announced in the topic schemas");
        } catch (BadHeaderException e) {
            throw new UnreadableRecordException(
                    "expected a " + name + " in Avro single-object encoding (C3 01 …), found " + startOf(bytes), e);
        } catch (IOException
                | AvroRuntimeException
                | IndexOutOfBoundsException
                | NegativeArraySizeException
                | ClassCastException
                | StackOverflowError
                | UnsupportedOperationException e) {
            throw new UnreadableRecordException("the body is no " + name + ": " + e.getMessage(), e);
        }
    }

    private static String fingerprintOf(byte[] bytes) {
        return HexFormat.of().formatHex(bytes, 2, Math.min(10, bytes.length));
    }

    private static String startOf(byte[] bytes) {
        return bytes.length == 0
                ? "an empty value"
                : bytes.length + " bytes starting " + HexFormat.of().formatHex(bytes, 0, Math.min(10, bytes.length));
    }
}
