package io.kurier.schemas.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.kurier.schemas.DeadLetter;
import io.kurier.schemas.Delivery;
import io.kurier.schemas.Event;
import io.kurier.schemas.Examples;
import io.kurier.schemas.WebhookRecord;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecordBase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordCodecTest {
    private final WriterSchemas schemas = new WriterSchemas();
    private final RecordCodec<Delivery> codec = new RecordCodec<>(Delivery.class, schemas);

    static List<SpecificRecordBase> examples() {
        return Examples.all();
    }

    @SuppressWarnings("unchecked")
    private RecordCodec<SpecificRecordBase> codecOf(SpecificRecordBase record) {
        return new RecordCodec<>((Class<SpecificRecordBase>) record.getClass(), schemas);
    }

    @ParameterizedTest
    @MethodSource("examples")
    void readsWhatItWrote(SpecificRecordBase record) throws Exception {
        var own = codecOf(record);

        assertThat(own.decode(own.encode(record))).isEqualTo(record);
    }

    @ParameterizedTest
    @MethodSource("examples")
    @SuppressWarnings("unchecked")
    void writesWhatAvrosOwnMessageEncoderWrites(SpecificRecordBase record) throws Exception {
        SpecificData data = SpecificData.getForClass(record.getClass());
        ByteBuffer expected = new BinaryMessageEncoder<SpecificRecordBase>(data, record.getSchema()).encode(record);

        assertThat(ByteBuffer.wrap(codecOf(record).encode(record))).isEqualTo(expected);
    }

    @Test
    void aRecordThatCannotBeWrittenLeavesNothingInTheNext() {
        byte[] expected = codec.encode(Examples.delivery());
        Delivery broken = Examples.delivery();
        broken.setWebhookId(null);
        for (int i = 0; i < 3; i++) {
            assertThatExceptionOfType(RuntimeException.class).isThrownBy(() -> codec.encode(broken));
            assertThat(codec.encode(Examples.delivery())).isEqualTo(expected);
        }
    }

    @Test
    void longRecordsMakeRoomForThemselves() throws Exception {
        for (int length : new int[] {10, 5_000, 300_000, 10}) {
            Delivery delivery = Examples.delivery();
            delivery.getEvent().setData(ByteBuffer.wrap(new byte[length]));
            assertThat(codec.decode(codec.encode(delivery))).isEqualTo(delivery);
        }
    }

    @Test
    void thereIsAnExampleOfEverySchema() {
        assertThat(Examples.all().stream().map(SpecificRecordBase::getSchema))
                .containsExactlyElementsOf(OwnSchemas.ALL);
    }

    @ParameterizedTest
    @MethodSource("examples")
    void bytesBeginWithTheMarkerAndTheFingerprintLittleEndian(SpecificRecordBase record) {
        ByteBuffer bytes = ByteBuffer.wrap(codecOf(record).encode(record)).order(ByteOrder.LITTLE_ENDIAN);

        assertThat(bytes.getShort(0)).isEqualTo((short) 0x01c3);
        assertThat(bytes.getLong(2)).isEqualTo(SchemaNormalization.parsingFingerprint64(record.getSchema()));
    }

    @ParameterizedTest
    @MethodSource("examples")
    void whatEndsTooSoonIsUnreadableAtAnyLength(SpecificRecordBase record) {
        var own = codecOf(record);
        byte[] bytes = own.encode(record);
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatExceptionOfType(UnreadableRecordException.class)
                    .as("cut to %d of %d", length, bytes.length)
                    .isThrownBy(() -> own.decode(cut));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00",
                "c3",
                "c301",
                "c3010000",
                "0000000001",
                "7b7d",
                "c302112233445566778899",
                "ffffffffffffffffffffff"
            })
    void garbageIsUnreadableAndItsStartNamed(String hex) {
        byte[] garbage = HexFormat.of().parseHex(hex);

        assertThatExceptionOfType(UnreadableRecordException.class)
                .isThrownBy(() -> codec.decode(garbage))
                .withMessageContaining("Delivery");
    }

    @Test
    void noValueIsUnreadable() {
        assertThatExceptionOfType(UnreadableRecordException.class)
                .isThrownBy(() -> codec.decode(null))
                .withMessageContaining("without a value");
    }

    @Test
    void aFingerprintNobodyAnnouncedIsUnknownAndNotUnreadable() {
        byte[] bytes = codec.encode(Examples.delivery());
        bytes[2] ^= 1;

        assertThatExceptionOfType(UnknownSchemaException.class)
                .isThrownBy(() -> codec.decode(bytes))
                .withMessageContaining(HexFormat.of().formatHex(bytes, 2, 10))
                .withMessageContaining("topic schemas");
    }

    @Test
    void aRecordOfAnotherKindIsUnreadable() {
        byte[] letter = new RecordCodec<>(DeadLetter.class, schemas).encode(Examples.deadLetter());

        assertThatExceptionOfType(UnreadableRecordException.class).isThrownBy(() -> codec.decode(letter));
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, Long.MIN_VALUE, 1_000, 40_000_000, Integer.MAX_VALUE, 1L << 40, Long.MAX_VALUE})
    void aHugeLengthIsUnreadableWithoutBeingAllocated(long length) throws Exception {
        byte[] string = claiming(Event.getClassSchema(), length);
        assertThatExceptionOfType(UnreadableRecordException.class)
                .isThrownBy(() -> new RecordCodec<>(Event.class, schemas).decode(string));

        ByteArrayOutputStream array = new ByteArrayOutputStream();
        array.writeBytes(header(WebhookRecord.getClassSchema()));
        BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(array, null);
        encoder.writeString("wh_1");
        encoder.writeString("acme");
        encoder.writeLong(1);
        encoder.writeLong(1);
        encoder.writeBytes(new byte[] {1});
        encoder.writeLong(length); // items of `events`
        encoder.flush();
        assertThatExceptionOfType(UnreadableRecordException.class)
                .isThrownBy(() -> new RecordCodec<>(WebhookRecord.class, schemas).decode(array.toByteArray()));
    }

    /** Avro makes room for as many items as a writer claims before it reads the first. */
    @Test
    void whatAnArrayMayClaimIsBounded() {
        assertThat(codec).isNotNull();
        assertThat(Long.getLong("org.apache.avro.limits.collectionItems.maxLength"))
                .isLessThanOrEqualTo(1_000_000L);
    }

    @Test
    void randomChangesNeverThrowAnythingElse() {
        Random random = new Random(20_261_121L);
        byte[] bytes = codec.encode(Examples.delivery());
        int read = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] changed = bytes.clone();
            for (int n = random.nextInt(4); n >= 0; n--) {
                changed[10 + random.nextInt(changed.length - 10)] = (byte) random.nextInt();
            }
            try {
                codec.decode(changed);
                read++;
            } catch (UnreadableRecordException expected) {
                assertThat(expected.getMessage()).contains("Delivery");
            } catch (UnknownSchemaException e) {
                throw new AssertionError("the fingerprint was not changed", e);
            }
        }
        assertThat(read).as("some changes only change values").isBetween(1, 19_999);
    }

    private static byte[] header(Schema schema) {
        return ByteBuffer.allocate(10)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put((byte) 0xc3)
                .put((byte) 1)
                .putLong(WriterSchemas.fingerprint(schema))
                .array();
    }

    private static byte[] claiming(Schema schema, long length) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(header(schema));
        BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
        encoder.writeLong(length);
        encoder.flush();
        return out.toByteArray();
    }

    private static Stream<Schema> nothings() {
        Schema empty = SchemaBuilder.record("Empty").fields().endRecord();
        return Stream.of(
                Schema.create(Schema.Type.NULL),
                Schema.createFixed("None", null, null, 0),
                empty,
                SchemaBuilder.record("Box")
                        .fields()
                        .name("empty")
                        .type(empty)
                        .noDefault()
                        .endRecord());
    }

    /** They take no bytes, so that a short record may have more of them than anybody can skip. */
    @ParameterizedTest
    @MethodSource("nothings")
    @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void arraysOfNothingAreBounded(Schema nothing) throws Exception {
        RecordCodec<Event> events = new RecordCodec<>(Event.class, schemas);
        byte[] event = events.encode(Examples.event());
        List<Schema.Field> fields = new ArrayList<>();
        fields.add(new Schema.Field(
                "nothings", Schema.createUnion(Schema.createArray(nothing), Schema.create(Schema.Type.INT))));
        Event.getClassSchema().getFields().forEach(field -> fields.add(new Schema.Field(field, field.schema())));
        Schema writer =
                Schema.createRecord("Event", null, Event.getClassSchema().getNamespace(), false, fields);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        BinaryEncoder out = EncoderFactory.get().binaryEncoder(bytes, null);
        out.writeIndex(0);
        for (int block = 0; block < 1_000; block++) {
            out.writeLong(30_000_000);
        }
        out.writeLong(0);
        out.writeFixed(event, 10, event.length - 10);
        out.flush();

        assertThatExceptionOfType(UnreadableRecordException.class)
                .isThrownBy(() -> events.decode(bytes.toByteArray(), 0, writer))
                .withMessageContaining("exceeds");
    }
}
