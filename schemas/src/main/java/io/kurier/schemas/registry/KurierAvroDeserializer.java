package io.kurier.schemas.registry;

import io.kurier.schemas.wire.TrustedClasses;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads Avro in Confluent's framing, under Confluent's settings: {@code schema.registry.url}, {@code specific.avro.reader}
 * (false: generic records; true: the class that the writer's schema names, in the version that is on the class path),
 * and the credentials of {@link RegistrySettings}; others of Confluent's are named in a warning. One consumer's thread.
 *
 * <p>An unreadable record causes a {@link SerializationException} with its cause, and the consumer keeps its position.
 * If the registry is unreachable, the next poll retries the record.
 */
public final class KurierAvroDeserializer implements Deserializer<Object> {
    static final String SPECIFIC = "specific.avro.reader";

    private final Map<Integer, DatumReader<Object>> readers = new ConcurrentHashMap<>();
    private @Nullable RegistryClient registry;
    private boolean specific;

    /** Called by a Kafka consumer, which then calls {@link #configure}. */
    public KurierAvroDeserializer() {}

    /** Shares the given client; the caller must still call {@link #configure}. */
    public KurierAvroDeserializer(RegistryClient registry) {
        this.registry = registry;
    }

    @Override
    public void configure(Map<String, ?> config, boolean forKeys) {
        if (registry == null) {
            registry = new RegistryClient(RegistrySettings.from(config));
        }
        IgnoredSettings.tell(getClass(), config);
        specific = RegistrySettings.flag(config, SPECIFIC, false);
        if (specific) {
            TrustedClasses.trustOwn();
        }
    }

    @Override
    public @Nullable Object deserialize(@Nullable String topic, byte @Nullable [] bytes) {
        RegistryClient client = registry;
        if (bytes == null) {
            return null;
        }
        if (client == null) {
            throw new SerializationException("the deserializer is not configured; expected " + RegistrySettings.URL);
        }
        if (!ConfluentFraming.isOn(bytes)) {
            throw new SerializationException("a record of " + topic + " has " + bytes.length
                    + " bytes and is not in Confluent's framing: expected 0x00 and a schema id of four bytes");
        }
        int id = ConfluentFraming.id(bytes);
        try {
            return read(client.byId(id), id, bytes);
        } catch (RegistryUnavailableException | RegistryRefusedException e) {
            throw new SerializationException("cannot read a record of " + topic + ": " + e.getMessage(), e);
        } catch (IOException
                | AvroRuntimeException
                | IndexOutOfBoundsException
                | UnsupportedOperationException
                | NegativeArraySizeException
                | ClassCastException
                | StackOverflowError e) {
            throw new SerializationException("no Avro record of schema " + id + " in " + topic + ": " + e, e);
        }
    }

    private Object read(Schema writer, int id, byte[] bytes) throws IOException {
        if (writer.getType() == Schema.Type.BYTES) {
            return Arrays.copyOfRange(bytes, ConfluentFraming.HEAD, bytes.length);
        }
        DatumReader<Object> reader = readers.get(id);
        if (reader == null) {
            reader = specific && writer.getType() == Schema.Type.RECORD
                    ? ofClass(writer)
                    : new GenericDatumReader<>(writer);
            readers.put(id, reader);
        }
        Object value = reader.read(
                null,
                DecoderFactory.get()
                        .binaryDecoder(bytes, ConfluentFraming.HEAD, bytes.length - ConfluentFraming.HEAD, null));
        return value instanceof CharSequence text ? text.toString() : value;
    }

    private static DatumReader<Object> ofClass(Schema writer) {
        Class<?> type = SpecificData.get().getClass(writer);
        if (type == null) {
            throw new AvroRuntimeException(
                    "there is no class " + SpecificData.getClassName(writer) + " for the writer's schema");
        }
        SpecificData data = SpecificData.getForClass(type);
        return new SpecificDatumReader<>(writer, data.getSchema(type), data);
    }
}
