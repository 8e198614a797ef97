package io.kurier.expressions;

import com.google.protobuf.NullValue;
import io.kurier.model.json.EcmaJson;
import io.kurier.model.json.JsonOut;
import io.kurier.model.json.JsonRefusedException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes one CEL value as normalised JSON ({@link EcmaJson}). */
final class JsonBody {
    private static final int MAX_DEPTH = EcmaJson.Limits.DEFAULT.maxDepth();

    private final JsonOut out = new JsonOut();

    private JsonBody() {}

    /** The value has no form in JSON, or is too large. */
    static final class NotJsonException extends Exception {
        private static final long serialVersionUID = 1;

        NotJsonException(String message) {
            super(message, null, false, false);
        }
    }

    static byte[] of(Object value) throws NotJsonException {
        JsonBody body = new JsonBody();
        body.value(value, 0);
        body.checkSize(0);
        try {
            // ECMAScript sorts integer-like names such as "2" and "1"
            return EcmaJson.normalize(body.out.toByteArray(), EcmaJson.Limits.DEFAULT);
        } catch (JsonRefusedException e) {
            throw new NotJsonException("the value is not valid JSON: " + e.getMessage());
        }
    }

    /** Checked while writing: a value that is referenced many times is small in memory and large when written. */
    private void checkSize(int depth) throws NotJsonException {
        if (out.size() > Transform.MAX_BODY_BYTES || depth > MAX_DEPTH) {
            throw new NotJsonException("the body is too large, expected at most " + Transform.MAX_BODY_BYTES
                    + " bytes and " + MAX_DEPTH + " levels");
        }
    }

    private void value(@Nullable Object value, int depth) throws NotJsonException {
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
            // the one comes from data, the other from the expression
            ascii("null");
        } else {
            throw new NotJsonException(
                    "the value contains a "
                            + (value == null ? "null" : value.getClass().getSimpleName())
                            + ", which is not JSON; expected strings, numbers, true, false, null, and lists and objects of them");
        }
    }

    private void number(double number) throws NotJsonException {
        if (!Double.isFinite(number)) {
            throw new NotJsonException(
                    "the value contains the number " + number + ", which is not JSON; expected a finite number");
        }
        EcmaJson.writeNumber(out, number);
    }

    private void object(Map<?, ?> object, int depth) throws NotJsonException {
        out.write((byte) '{');
        boolean first = true;
        for (Map.Entry<?, ?> member : object.entrySet()) {
            if (!(member.getKey() instanceof String name)) {
                throw new NotJsonException("the value contains an object with a name that is not a string");
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

    private void array(List<?> array, int depth) throws NotJsonException {
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
