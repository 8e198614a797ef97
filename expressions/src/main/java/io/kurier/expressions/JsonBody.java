package io.kurier.expressions;

import com.google.protobuf.NullValue;
import io.kurier.model.json.EcmaJson;
import io.kurier.model.json.JsonOut;
import io.kurier.model.json.JsonRefusedException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes a value of CEL as JSON, normalised. One value's. */
final class JsonBody {
    private static final int MAX_DEPTH = EcmaJson.Limits.DEFAULT.maxDepth();

    private final JsonOut out = new JsonOut();

    private JsonBody() {}

    /** The value is no JSON, or too large. */
    static final class NoJsonException extends Exception {
        private static final long serialVersionUID = 1;

        NoJsonException(String message) {
            super(message, null, false, false);
        }
    }

    static byte[] of(Object value) throws NoJsonException {
        JsonBody body = new JsonBody();
        body.value(value, 0);
        body.checkSize(0);
        try {
            // names such as "2" and "1" have an order of their own
            return EcmaJson.normalize(body.out.toByteArray(), EcmaJson.Limits.DEFAULT);
        } catch (JsonRefusedException e) {
            throw new NoJsonException("the value is no JSON: " + e.getMessage());
        }
    }

    /** A value may be in many places at once, so that what is small in memory is large when written. */
    private void checkSize(int depth) throws NoJsonException {
        if (out.size() > Transform.MAX_BODY_BYTES || depth > MAX_DEPTH) {
            throw new NoJsonException("the body has more than " + Transform.MAX_BODY_BYTES + " bytes or " + MAX_DEPTH
                    + " levels, expected less");
        }
    }

    private void value(@Nullable Object value, int depth) throws NoJsonException {
        checkSize(depth);
        if (value instanceof String text) {
            EcmaJson.writeString(out, text);
        } else if (value instanceof Double number) {
            number(number);
        } else if (value instanceof Number || value instanceof Boolean) {
            ascii(value.toString());
        } else if (value instanceof Map<?, ?> object) {
            object(object, depth);
        } else if (value instanceof List<?> array) {
            array(array, depth);
        } else if (value instanceof NullValue || value instanceof dev.cel.common.values.NullValue) {
            // of the data, and of the expression
            ascii("null");
        } else {
            throw new NoJsonException(
                    "the value has a "
                            + (value == null ? "null" : value.getClass().getSimpleName())
                            + " inside, which is no JSON; expected texts, numbers, true, false, null, lists and objects of them");
        }
    }

    private void number(double number) throws NoJsonException {
        if (!Double.isFinite(number)) {
            throw new NoJsonException("the value has the number " + number + " inside, which is no JSON");
        }
        EcmaJson.writeNumber(out, number);
    }

    private void object(Map<?, ?> object, int depth) throws NoJsonException {
        out.write((byte) '{');
        boolean first = true;
        for (Map.Entry<?, ?> member : object.entrySet()) {
            if (!(member.getKey() instanceof String name)) {
                throw new NoJsonException("the value has an object with a name inside that is no text");
            }
            if (!first) {
                out.write((byte) ',');
            }
            first = false;
            EcmaJson.writeString(out, name);
            out.write((byte) ':');
            value(member.getValue(), depth + 1);
        }
        out.write((byte) '}');
    }

    private void array(List<?> array, int depth) throws NoJsonException {
        out.write((byte) '[');
        boolean first = true;
        for (Object item : array) {
            if (!first) {
                out.write((byte) ',');
            }
            first = false;
            value(item, depth + 1);
        }
        out.write((byte) ']');
    }

    private void ascii(String text) {
        out.write(text.getBytes(StandardCharsets.US_ASCII));
    }
}
