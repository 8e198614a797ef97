package io.kurier.model.json;

import com.fasterxml.jackson.core.ErrorReportConfiguration;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.nio.CharBuffer;

/**
 * Normalises JSON text to exactly the bytes of ECMAScript's {@code JSON.stringify(JSON.parse(text))} (ECMA-262,
 * sections 25.5.1 and 25.5.2), with one exception: a number that a double cannot round-trip keeps the publisher's own
 * digits. The cost is linear in the text, whatever the text; the result is at most about 6 times as long
 * ({@code 1e20} becomes 21 digits). Any thread may call.
 */
public final class EcmaJson {
    private static final JsonFactory FACTORY = strictFactory();

    /**
     * Bounds on what is read.
     *
     * @param maxDepth how many objects and arrays may be open at once: {@code [[1]]} needs 2
     * @param maxNumberLength characters in one number
     */
    public record Limits(int maxDepth, int maxNumberLength) {
        public static final Limits DEFAULT = new Limits(100, 1_000);

        public Limits {
            if (maxDepth < 1 || maxNumberLength < 1) {
                throw new IllegalArgumentException("Limits on JSON are maxDepth=" + maxDepth + ", maxNumberLength="
                        + maxNumberLength + "; expected 1 or more");
            }
        }
    }

    private EcmaJson() {}

    /**
     * Normalises a whole text, which must be one JSON value (RFC 8259) in well-formed UTF-8 without a byte order mark.
     *
     * @throws JsonRefusedException when it is not, or when it exceeds a limit
     */
    public static byte[] normalize(byte[] utf8, Limits limits) throws JsonRefusedException {
        PlainJson plain = new PlainJson(utf8, limits);
        byte[] quick = plain.value();
        return quick != null && plain.isAtEnd() ? quick : normalizeAny(utf8, limits);
    }

    static byte[] normalizeAny(byte[] utf8, Limits limits) throws JsonRefusedException {
        JsonOut out = new JsonOut(utf8.length + 16);
        try (JsonParser parser = parser(utf8)) {
            if (parser.nextToken() == null) {
                throw new JsonRefusedException("The JSON text is empty; expected one JSON value");
            }
            write(parser, out, limits);
            if (parser.nextToken() != null) {
                throw JsonRefusedException.at(
                        parser, "more text after the value", "one JSON value and nothing after it");
            }
        } catch (JsonProcessingException e) {
            throw JsonRefusedException.of(e);
        } catch (IOException e) {
            throw new IllegalStateException("Reading JSON from memory failed: " + e.getMessage(), e);
        }
        return out.toByteArray();
    }

    /**
     * A strict parser for a caller that streams through an envelope and gives some of its values to {@link #write}.
     * What it throws by itself becomes a refusal by {@link JsonRefusedException#of}.
     *
     * @throws JsonRefusedException when the text starts with a byte order mark or is not well-formed UTF-8
     */
    public static JsonParser parser(byte[] utf8) throws JsonRefusedException {
        CharBuffer text = Utf8.decode(utf8);
        try {
            return FACTORY.createParser(text.array(), 0, text.limit());
        } catch (IOException e) {
            throw new IllegalStateException("Opening JSON in memory failed: " + e.getMessage(), e);
        }
    }

    /**
     * Writes the value whose first token is the parser's current one, and leaves the parser at its last token. The
     * parser must be as strict as {@link #parser}'s; {@code maxDepth} counts from this value.
     *
     * @throws JsonRefusedException when the value is not JSON or exceeds a limit; {@code out} then holds a part of it
     * @throws IOException when the parser's own source fails
     */
    public static void write(JsonParser parser, JsonOut out, Limits limits) throws IOException, JsonRefusedException {
        try {
            new EcmaWriter(parser, out, limits).writeValue();
        } catch (JsonProcessingException e) {
            throw JsonRefusedException.of(e);
        }
    }

    /** Writes a string as JSON: quoted, and escaped as ECMAScript does. */
    public static void writeString(JsonOut out, String s) {
        EcmaString.write(out, s);
    }

    /**
     * Writes a number as ECMAScript does.
     *
     * @param value finite
     */
    public static void writeNumber(JsonOut out, double value) {
        EcmaNumber.write(out, value);
    }

    /**
     * Jackson's own limits are off because {@link Limits} and the size of the text bind. No table of names is shared
     * between texts, since publishers choose them. The parser reads chars, because Jackson's parser of bytes refuses
     * names with lone surrogates, which ECMAScript takes.
     */
    private static JsonFactory strictFactory() {
        return JsonFactory.builder()
                .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(Integer.MAX_VALUE)
                        .maxNumberLength(Integer.MAX_VALUE)
                        .maxStringLength(Integer.MAX_VALUE)
                        .maxNameLength(Integer.MAX_VALUE)
                        .build())
                .errorReportConfiguration(ErrorReportConfiguration.builder()
                        .maxErrorTokenLength(40)
                        .build())
                .build();
    }
}
