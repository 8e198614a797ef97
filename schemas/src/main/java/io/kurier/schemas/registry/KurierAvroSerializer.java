package io.kurier.schemas.registry;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DatumWriter;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * Avro in Confluent's framing, under Confluent's settings: {@code schema.registry.url}, {@code auto.register.schemas}
 * (true), {@code use.latest.version} (false), {@code key.} and {@code value.subject.name.strategy},
 * {@code latest.cache.ttl.sec}, and the credentials of {@link RegistrySettings}; others of Confluent's are named in a
 * warning. Any thread, as a producer shares it.
 *
 * <p>What cannot be written, or registered, is a {@link SerializationException} with its cause.
 */
public final class KurierAvroSerializer implements Serializer<Object> {
    static final String REGISTERS = "auto.register.schemas";
    static final String TAKES_LATEST = "use.latest.version";
    static final String LATEST_TTL = "latest.cache.ttl.sec";
    /** Behind key or value. */
    static final String STRATEGY = ".subject.name.strategy";

    private static final int MAX_WRITERS = 1_000;

    private final Map<Schema, DatumWriter<Object>> writers = new ConcurrentHashMap<>();
    private @Nullable RegistryClient registry;
    private SubjectNames subjects = SubjectNames.TOPIC;
    private boolean isKey;
    private boolean registers = true;
    private boolean takesLatest;
    private Duration latestFor = Duration.ofSeconds(-1);

    /** Made by a producer, which configures it. */
    public KurierAvroSerializer() {}

    /** With a client that others use too; {@link #configure} is still to be called. */
    public KurierAvroSerializer(RegistryClient registry) {
        this.registry = registry;
    }

    @Override
    public void configure(Map<String, ?> config, boolean forKeys) {
        if (registry == null) {
            registry = new RegistryClient(RegistrySettings.from(config));
        }
        IgnoredSettings.tell(getClass(), config);
        isKey = forKeys;
        registers = RegistrySettings.flag(config, REGISTERS, true);
        takesLatest = RegistrySettings.flag(config, TAKES_LATEST, false);
        String ttl = RegistrySettings.text(config, LATEST_TTL, "-1");
        try {
            latestFor = Duration.ofSeconds(Long.parseLong(ttl));
        } catch (NumberFormatException e) {
            throw new ConfigException(LATEST_TTL, ttl, "expected whole seconds, or -1");
        }
        String strategy = (forKeys ? "key" : "value") + STRATEGY;
        subjects = SubjectNames.parse(strategy, RegistrySettings.text(config, strategy, "TopicNameStrategy"));
    }

    @Override
    public byte @Nullable [] serialize(@Nullable String topic, @Nullable Object value) {
        RegistryClient client = registry;
        if (value == null) {
            return null;
        }
        if (client == null) {
            throw new SerializationException("the serializer is not configured; expected " + RegistrySettings.URL);
        }
        try {
            Schema schema = AvroValues.schema(value);
            String subject = subjects.subject(topic, isKey, schema);
            if (registers) {
                return write(client.register(subject, schema), schema, value);
            }
            if (!takesLatest) {
                return write(client.lookup(subject, schema), schema, value);
            }
            RegistryClient.Registered newest = client.latest(subject, latestFor);
            return newest.schema().equals(schema)
                    ? write(newest.id(), schema, value)
                    : write(newest.id(), newest.schema(), asWrittenBy(newest.schema(), schema, value));
        } catch (RegistryUnavailableException | RegistryRefusedException e) {
            throw new SerializationException("cannot write to " + topic + ": " + e.getMessage(), e);
        } catch (IOException
                | AvroRuntimeException
                | IllegalArgumentException
                | ClassCastException
                | NullPointerException e) {
            throw new SerializationException("no Avro record for " + topic + ": " + e.getMessage(), e);
        }
    }

    private byte[] write(int id, Schema schema, Object value) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream(512);
        out.writeBytes(ConfluentFraming.head(id));
        writeBody(out, schema, value);
        return out.toByteArray();
    }

    /** Bytes as such stand there without Avro's length, as Confluent's serializer has it. */
    private void writeBody(ByteArrayOutputStream out, Schema schema, Object value) throws IOException {
        if (value instanceof byte[] bytes) {
            out.writeBytes(bytes);
        } else if (value instanceof ByteBuffer buffer) {
            byte[] bytes = new byte[buffer.remaining()];
            buffer.duplicate().get(bytes);
            out.writeBytes(bytes);
        } else {
            BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
            writer(schema, value).write(value, encoder);
            encoder.flush();
        }
    }

    private DatumWriter<Object> writer(Schema schema, Object value) {
        DatumWriter<Object> known = writers.get(schema);
        if (known != null) {
            return known;
        }
        DatumWriter<Object> writer = value instanceof SpecificRecord
                ? new SpecificDatumWriter<>(schema, SpecificData.getForClass(value.getClass()))
                : new GenericDatumWriter<>(schema, GenericData.get());
        if (writers.size() >= MAX_WRITERS) {
            writers.clear();
        }
        writers.put(schema, writer);
        return writer;
    }

    /** The value as a record of the newest version: its fields by name, the others by their defaults. */
    private Object asWrittenBy(Schema newest, Schema own, Object value) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream(512);
        writeBody(out, own, value);
        if (own.getType() == Schema.Type.BYTES) {
            return value;
        }
        return new GenericDatumReader<>(own, newest)
                .read(null, DecoderFactory.get().binaryDecoder(out.toByteArray(), null));
    }
}
