package io.kurier.schemas.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kurier.schemas.Event;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KurierAvroSerdeTest {
    private static final Schema OLD =
            SchemaBuilder.record("a.b.E").fields().requiredString("id").endRecord();
    private static final Schema NEW = SchemaBuilder.record("a.b.E")
            .fields()
            .name("count")
            .type()
            .intType()
            .intDefault(7)
            .requiredString("id")
            .endRecord();

    private final TestRegistry registry = new TestRegistry();

    @AfterEach
    void stop() {
        registry.close();
    }

    private Map<String, Object> config(Object... more) {
        Map<String, Object> config = new HashMap<>(Map.of("schema.registry.url", registry.url()));
        for (int i = 0; i < more.length; i += 2) {
            config.put((String) more[i], more[i + 1]);
        }
        return config;
    }

    private KurierAvroSerializer serializer(Object... more) {
        KurierAvroSerializer serializer = new KurierAvroSerializer();
        serializer.configure(config(more), false);
        return serializer;
    }

    private KurierAvroDeserializer deserializer(Object... more) {
        KurierAvroDeserializer deserializer = new KurierAvroDeserializer();
        deserializer.configure(config(more), false);
        return deserializer;
    }

    private static GenericRecord old(String id) {
        return new GenericRecordBuilder(OLD).set("id", id).build();
    }

    /** The registry's ids begin at 101; the bytes are what Confluent's serializer writes for such an id. */
    @Test
    void theBytesAreConfluents() {
        byte[] bytes = serializer().serialize("topicx", old("abc"));
        assertThat(HexFormat.of().formatHex(bytes)).isEqualTo("000000006506616263");
        assertThat(deserializer().deserialize("topicx", bytes)).isEqualTo(old("abc"));
        assertThat(serializer().serialize("topicx", null)).isNull();
        assertThat(deserializer().deserialize("topicx", null)).isNull();
    }

    /** Plain values, and bytes as such without a length before them. */
    @Test
    void plainValuesAreWrittenAsConfluentWritesThem() {
        KurierAvroSerializer serializer = serializer();
        KurierAvroDeserializer deserializer = deserializer();
        for (Object value : new Object[] {"text", 42, 42L, 4.2f, 4.2, true}) {
            assertThat(deserializer.deserialize("t", serializer.serialize("t", value)))
                    .isEqualTo(value);
        }
        byte[] bytes = serializer.serialize("t", new byte[] {1, 2, 3});
        assertThat(bytes).hasSize(ConfluentFraming.HEAD + 3).endsWith(1, 2, 3);
        assertThat(deserializer.deserialize("t", bytes)).isEqualTo(new byte[] {1, 2, 3});
        assertThat(serializer.serialize("t", ByteBuffer.wrap(new byte[] {1, 2, 3})))
                .isEqualTo(bytes);
        assertThatThrownBy(() -> serializer.serialize("t", new StringBuilder[0]))
                .isInstanceOf(SerializationException.class)
                .hasMessageContaining("has no Avro schema");
    }

    @ParameterizedTest
    @CsvSource({
        "io.confluent.kafka.serializers.subject.TopicNameStrategy, topicx-value",
        "io.confluent.kafka.serializers.subject.RecordNameStrategy, a.b.E",
        "TopicRecordNameStrategy, topicx-a.b.E",
    })
    void theSubjectFollowsItsStrategy(String strategy, String subject) {
        serializer("value.subject.name.strategy", strategy).serialize("topicx", old("abc"));
        assertThat(registry.requests()).containsExactly("POST /subjects/" + subject + "/versions");
    }

    @Test
    void keysHaveSubjectsAndStrategiesOfTheirOwn() {
        KurierAvroSerializer keys = new KurierAvroSerializer();
        keys.configure(config("value.subject.name.strategy", "RecordNameStrategy"), true);
        keys.serialize("topicx", "key");
        assertThat(registry.requests()).containsExactly("POST /subjects/topicx-key/versions");
        assertThatThrownBy(() -> serializer("value.subject.name.strategy", "a.B"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("a.B");
        assertThatThrownBy(() -> serializer("value.subject.name.strategy", "RecordNameStrategy")
                        .serialize("t", "text"))
                .isInstanceOf(SerializationException.class);
    }

    @Test
    void nothingIsRegisteredUnlessAllowed() {
        KurierAvroSerializer careful = serializer("auto.register.schemas", "false");
        assertThatThrownBy(() -> careful.serialize("topicx", old("abc"))).isInstanceOf(SerializationException.class);
        int id = registry.add("topicx-value", OLD.toString());
        assertThat(ConfluentFraming.id(careful.serialize("topicx", old("abc")))).isEqualTo(id);
    }

    @Test
    void theNewestVersionIsWrittenWhenAskedFor() {
        int id = registry.add("topicx-value", NEW.toString());
        byte[] bytes = serializer("auto.register.schemas", false, "use.latest.version", true)
                .serialize("topicx", old("abc"));
        assertThat(ConfluentFraming.id(bytes)).isEqualTo(id);
        GenericRecord read = (GenericRecord) deserializer().deserialize("topicx", bytes);
        assertThat(read.get("count")).isEqualTo(7);
        assertThat(read.get("id")).hasToString("abc");
    }

    @Test
    void aRecordOfAnotherVersionIsReadAsTheClassThatIsHere() {
        Schema later = withOneFieldMore(Event.getClassSchema());
        GenericRecord written = new GenericData.Record(later);
        Event event = event();
        for (Schema.Field field : Event.getClassSchema().getFields()) {
            written.put(field.name(), event.get(field.pos()));
        }
        written.put("time", 1_700_000_000_000_000L);
        written.put("later", "unknown here");
        byte[] bytes = serializer().serialize("events", written);

        Object read = deserializer("specific.avro.reader", true).deserialize("events", bytes);
        assertThat(read).isInstanceOf(Event.class);
        assertThat(((Event) read).getId()).isEqualTo("my-id");
        assertThat(((Event) read).getTime()).isEqualTo(Instant.ofEpochSecond(1_700_000_000));
        assertThat(deserializer().deserialize("events", bytes)).isInstanceOf(GenericRecord.class);
    }

    @Test
    void aSpecificRecordComesBackAsItWas() {
        byte[] bytes = serializer().serialize("events", event());
        assertThat(deserializer("specific.avro.reader", "true").deserialize("events", bytes))
                .isEqualTo(event());
        byte[] foreign = serializer().serialize("t", old("abc"));
        assertThatThrownBy(() -> deserializer("specific.avro.reader", "true").deserialize("t", foreign))
                .isInstanceOf(SerializationException.class)
                .hasMessageContaining("a.b.E");
    }

    @Test
    void whatIsNoRecordIsRefusedForAReason() {
        byte[] good = serializer().serialize("t", old("abc"));
        KurierAvroDeserializer reader = deserializer();
        for (byte[] bad : new byte[][] {{}, {0, 0, 0, 0}, {1, 0, 0, 0, 101, 0}, {0, 0, 0, 9, 9, 0}}) {
            assertThatThrownBy(() -> reader.deserialize("t", bad)).isInstanceOf(SerializationException.class);
        }
        byte[] cut = java.util.Arrays.copyOf(good, good.length - 1);
        assertThatThrownBy(() -> reader.deserialize("t", cut)).isInstanceOf(SerializationException.class);
        byte[] hostile = good.clone();
        hostile[5] = (byte) 0xFF;
        assertThatThrownBy(() -> reader.deserialize("t", hostile)).isInstanceOf(SerializationException.class);
    }

    @Test
    void knownSchemasGoOnWhileTheRegistryIsDown() {
        KurierAvroSerializer serializer = serializer();
        KurierAvroDeserializer deserializer = deserializer();
        deserializer.deserialize("t", serializer.serialize("t", old("a")));
        registry.down(true);
        assertThat(deserializer.deserialize("t", serializer.serialize("t", old("b"))))
                .isEqualTo(old("b"));
        assertThatThrownBy(() -> serializer.serialize("other", old("c")))
                .isInstanceOf(SerializationException.class)
                .hasCauseInstanceOf(RegistryUnavailableException.class);
        registry.down(false);
        assertThat(serializer.serialize("other", old("c"))).isNotNull();
    }

    private static Schema withOneFieldMore(Schema schema) {
        Schema more = Schema.createRecord(schema.getName(), null, schema.getNamespace(), false);
        var fields = new java.util.ArrayList<Schema.Field>();
        schema.getFields().forEach(field -> fields.add(new Schema.Field(field, field.schema())));
        fields.add(new Schema.Field("later", Schema.create(Schema.Type.STRING), null, ""));
        more.setFields(fields);
        return more;
    }

    private static Event event() {
        return Event.newBuilder()
                .setId("my-id")
                .setTenant("default")
                .setType("job.completed")
                .setJobId("job-1")
                .setTime(Instant.parse("2026-01-02T03:04:05.678901Z"))
                .setData(ByteBuffer.wrap("{\"n\":1}".getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                .build();
    }
}
