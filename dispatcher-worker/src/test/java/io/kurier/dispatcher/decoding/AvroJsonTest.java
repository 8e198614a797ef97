package io.kurier.dispatcher.decoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kurier.schemas.wire.UnreadableRecordException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.Test;

class AvroJsonTest {
    private static final Schema ALL = new Schema.Parser().parse("""
            {"type": "record", "name": "All", "fields": [
              {"name": "text", "type": "string"},
              {"name": "none", "type": ["null", "string"]},
              {"name": "some", "type": ["null", {"type": "array", "items": "int"}]},
              {"name": "map", "type": {"type": "map", "values": "double"}},
              {"name": "kind", "type": {"type": "enum", "name": "Kind", "symbols": ["A", "B"]}},
              {"name": "bytes", "type": "bytes"},
              {"name": "fixed", "type": {"type": "fixed", "name": "F", "size": 2}},
              {"name": "long", "type": "long"},
              {"name": "float", "type": "float"},
              {"name": "flag", "type": "boolean"},
              {"name": "price", "type": {"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 2}},
              {"name": "day", "type": {"type": "int", "logicalType": "date"}},
              {"name": "clock", "type": {"type": "int", "logicalType": "time-millis"}},
              {"name": "at", "type": {"type": "long", "logicalType": "timestamp-micros"}},
              {"name": "inner", "type": {"type": "record", "name": "In", "fields": [
                {"name": "next", "type": ["null", "In"], "default": null}]}}
            ]}""");

    private static byte[] bytes(Schema schema, Object value) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
        new GenericDatumWriter<>(schema).write(value, encoder);
        encoder.flush();
        return out.toByteArray();
    }

    private static String json(byte[] bytes, Schema schema) throws UnreadableRecordException {
        return new String(AvroJson.of(bytes, 0, schema, 1_000), StandardCharsets.UTF_8);
    }

    private static GenericData.Record all() {
        GenericData.Record value = new GenericData.Record(ALL);
        GenericData.Record inner = new GenericData.Record(ALL.getField("inner").schema());
        GenericData.Record innermost = new GenericData.Record(inner.getSchema());
        inner.put("next", innermost);
        value.put("text", "a\"\u00fc");
        value.put("some", List.of(1, -2));
        value.put("map", new TreeMap<>(Map.of("nan", Double.NaN, "half", 0.5)));
        value.put("kind", new GenericData.EnumSymbol(ALL.getField("kind").schema(), "B"));
        value.put("bytes", ByteBuffer.wrap(new byte[] {1, 2, (byte) 0xFF}));
        value.put("fixed", new GenericData.Fixed(ALL.getField("fixed").schema(), new byte[] {0, 1}));
        value.put("long", Long.MAX_VALUE);
        value.put("float", 1.1f);
        value.put("flag", true);
        value.put("price", ByteBuffer.wrap(new byte[] {(byte) 0xFF, (byte) 0x85}));
        value.put("day", 20_000);
        value.put("clock", 3_723_004);
        value.put("at", 1_767_323_045_678_901L);
        value.put("inner", inner);
        return value;
    }

    @Test
    void everyTypeBecomesWhatAReceiverExpects() throws Exception {
        assertThat(json(bytes(ALL, all()), ALL))
                .isEqualTo(("{'text':'a\\\"\u00fc','none':null,'some':[1,-2],'map':{'half':0.5,'nan':null},'kind':'B',"
                                + "'bytes':'AQL/','fixed':'AAE=','long':9223372036854775807,'float':1.1,'flag':true,"
                                + "'price':-1.23,'day':'2024-10-04','clock':'01:02:03.004',"
                                + "'at':'2026-01-02T03:04:05.678901Z','inner':{'next':{'next':null}}}")
                        .replace("'", "\""));
    }

    @Test
    void truncatedOrTooLongDataIsRefused() throws Exception {
        byte[] good = bytes(ALL, all());
        for (int length = 0; length < good.length; length++) {
            byte[] cut = Arrays.copyOf(good, length);
            assertThatThrownBy(() -> json(cut, ALL)).isInstanceOf(UnreadableRecordException.class);
        }
        byte[] longer = Arrays.copyOf(good, good.length + 1);
        assertThatThrownBy(() -> json(longer, ALL)).hasMessageContaining("bytes left after its Avro value");
    }

    @Test
    void depthAndSizeAreBoundedWhateverTheBytesClaim() {
        Schema inner = ALL.getField("inner").schema();
        byte[] deep = new byte[100_000];
        Arrays.fill(deep, (byte) 2);
        assertThatThrownBy(() -> json(deep, inner)).hasMessageContaining("deep");

        Schema nulls = Schema.createArray(Schema.create(Schema.Type.NULL));
        byte[] many = {(byte) 0xFE, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 0x0F};
        assertThatThrownBy(() -> json(many, nulls)).isInstanceOf(UnreadableRecordException.class);
        byte[] quiteMany = {(byte) 0xC0, (byte) 0x84, 0x3D, 0};
        assertThatThrownBy(() -> json(quiteMany, nulls)).isInstanceOf(UnreadableRecordException.class);
        byte[] longText = {(byte) 0xFE, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 0x0F};
        assertThatThrownBy(() -> json(longText, Schema.create(Schema.Type.STRING)))
                .isInstanceOf(UnreadableRecordException.class);
    }
}
