package io.kurier.dispatcher.decoding;

import io.kurier.model.json.EcmaJson;
import io.kurier.model.json.JsonOut;
import io.kurier.schemas.wire.UnreadableRecordException;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.Base64;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.Decoder;
import org.apache.avro.io.DecoderFactory;

/**
 * Converts an Avro body of any schema to JSON for receivers: a union becomes the value that it holds, bytes become base64,
 * times RFC 3339 strings, decimals numbers, and NaN and the infinities null. It reads straight from the bytes. Depth and
 * size are bounded, whatever lengths the bytes claim. One instance converts one body.
 */
final class AvroJson {
    private static final int MAX_DEPTH = EcmaJson.Limits.DEFAULT.maxDepth();
    /** About 600 digits. Larger decimals are refused, since converting them to text takes quadratic time. */
    private static final int MAX_DECIMAL_BYTES = 256;

    private final JsonOut out = new JsonOut();
    private final Decoder in;
    private final int maxBytes;

    private AvroJson(Decoder in, int maxBytes) {
        this.in = in;
        this.maxBytes = maxBytes;
    }

    /**
     * Converts a body.
     *
     * @param bytes a record's value
     * @param from index of the first byte of the Avro body; it ends with the array
     * @param schema the schema that the body was written with
     * @param maxBytes conversion stops when the JSON exceeds this
     * @return JSON in UTF-8, not yet normalised
     * @throws UnreadableRecordException if the bytes are not a value of the schema, or if it is too deep or too large
     */
    static byte[] of(byte[] bytes, int from, Schema schema, int maxBytes) throws UnreadableRecordException {
        BinaryDecoder in = DecoderFactory.get().binaryDecoder(bytes, from, bytes.length - from, null);
        AvroJson json = new AvroJson(in, maxBytes);
        try {
            json.value(schema, 0);
            if (!in.isEnd()) {
                throw new UnreadableRecordException("data has bytes left after its Avro value, expected none", null);
            }
            return json.out.toByteArray();
        } catch (IOException
                | AvroRuntimeException
                | DateTimeException
                | ArithmeticException
                | IndexOutOfBoundsException
                | UnsupportedOperationException
                | NegativeArraySizeException e) {
            throw new UnreadableRecordException("data cannot be read with its Avro schema: " + e.getMessage(), e);
        }
    }

    private void value(Schema schema, int depth) throws IOException, UnreadableRecordException {
        if (depth > MAX_DEPTH) {
            throw new UnreadableRecordException("data is nested more deeply than " + MAX_DEPTH + " levels", null);
        }
        if (out.size() > maxBytes) {
            throw new UnreadableRecordException("data has more bytes as JSON than the limit of " + maxBytes, null);
        }
        switch (schema.getType()) {
            case RECORD -> record(schema, depth);
            case ARRAY -> array(schema, depth);
            case MAP -> map(schema, depth);
            case UNION -> value(schema.getTypes().get(in.readIndex()), depth + 1);
            case ENUM -> text(schema.getEnumSymbols().get(in.readEnum()));
            case STRING -> text(in.readString());
            case BYTES -> bytes(schema, in.readBytes(null));
            case FIXED -> {
                byte[] fixed = new byte[schema.getFixedSize()];
                in.readFixed(fixed);
                bytes(schema, ByteBuffer.wrap(fixed));
            }
            case INT -> whole(schema.getLogicalType(), in.readInt());
            case LONG -> whole(schema.getLogicalType(), in.readLong());
            case FLOAT -> {
                float number = in.readFloat();
                ascii(Float.isFinite(number) ? Float.toString(number) : "null");
            }
            case DOUBLE -> {
                double number = in.readDouble();
                ascii(Double.isFinite(number) ? Double.toString(number) : "null");
            }
            case BOOLEAN -> ascii(Boolean.toString(in.readBoolean()));
            case NULL -> {
                in.readNull();
                ascii("null");
            }
        }
    }

    private void record(Schema schema, int depth) throws IOException, UnreadableRecordException {
        ascii("{");
        boolean isFirst = true;
        for (Schema.Field field : schema.getFields()) {
            name(field.name(), isFirst);
            value(field.schema(), depth + 1);
            isFirst = false;
        }
        ascii("}");
    }

    private void array(Schema schema, int depth) throws IOException, UnreadableRecordException {
        ascii("[");
        boolean isFirst = true;
        for (long left = in.readArrayStart(); left > 0; left = in.arrayNext()) {
            for (long i = 0; i < left; i++) {
                ascii(isFirst ? "" : ",");
                value(schema.getElementType(), depth + 1);
                isFirst = false;
            }
        }
        ascii("]");
    }

    private void map(Schema schema, int depth) throws IOException, UnreadableRecordException {
        ascii("{");
        boolean isFirst = true;
        for (long left = in.readMapStart(); left > 0; left = in.mapNext()) {
            for (long i = 0; i < left; i++) {
                name(in.readString(), isFirst);
                value(schema.getValueType(), depth + 1);
                isFirst = false;
            }
        }
        ascii("}");
    }

    private void name(String name, boolean isFirst) {
        ascii(isFirst ? "" : ",");
        text(name);
        ascii(":");
    }

    private void bytes(Schema schema, ByteBuffer buffer) throws UnreadableRecordException {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        if (!(schema.getLogicalType() instanceof LogicalTypes.Decimal decimal)) {
            text(Base64.getEncoder().encodeToString(bytes));
        } else if (bytes.length == 0 || bytes.length > MAX_DECIMAL_BYTES) {
            throw new UnreadableRecordException(
                    "a decimal has " + bytes.length + " bytes, expected 1 to " + MAX_DECIMAL_BYTES, null);
        } else {
            ascii(new BigDecimal(new BigInteger(bytes), decimal.getScale()).toString());
        }
    }

    private void whole(LogicalType type, long number) {
        if (type instanceof LogicalTypes.Date) {
            text(LocalDate.ofEpochDay(number).toString());
        } else if (type instanceof LogicalTypes.TimeMillis) {
            text(LocalTime.ofNanoOfDay(Math.multiplyExact(number, 1_000_000L)).toString());
        } else if (type instanceof LogicalTypes.TimeMicros) {
            text(LocalTime.ofNanoOfDay(Math.multiplyExact(number, 1_000L)).toString());
        } else if (type instanceof LogicalTypes.TimestampMillis) {
            text(Instant.ofEpochMilli(number).toString());
        } else if (type instanceof LogicalTypes.TimestampMicros) {
            text(instant(number, 1_000_000L));
        } else if (type instanceof LogicalTypes.TimestampNanos) {
            text(instant(number, 1_000_000_000L));
        } else {
            ascii(Long.toString(number));
        }
    }

    private static String instant(long number, long perSecond) {
        long nanos = Math.floorMod(number, perSecond) * (1_000_000_000L / perSecond);
        return Instant.ofEpochSecond(Math.floorDiv(number, perSecond), nanos).toString();
    }

    private void text(String text) {
        EcmaJson.writeString(out, text);
    }

    private void ascii(String text) {
        out.write(text.getBytes(StandardCharsets.US_ASCII));
    }
}
