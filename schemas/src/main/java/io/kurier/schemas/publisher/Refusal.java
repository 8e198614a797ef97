package io.kurier.schemas.publisher;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.kurier.schemas.wire.EventHeaders;
import java.io.IOException;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Why Kurier would not read an event: its own rules, told before the event is sent. A worker's test holds both to the same.
 * Any thread.
 */
final class Refusal {
    /** The largest data that a worker takes. */
    static final int MAX_DATA = 3 * 1024 * 1024;

    private static final int MAX_TYPE = 128;
    private static final int MAX_JOB_ID = 256;
    private static final int MAX_DEPTH = 100;
    private static final int MAX_NUMBER = 1_000;
    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999999999Z");
    private static final Pattern TYPE = Pattern.compile("\\w++(?:[.-]\\w++)*+");
    private static final Pattern TENANT = Pattern.compile("[a-z0-9][a-z0-9_-]{0,63}");
    private static final int SHOWN = 64;

    /** No table of names is shared between texts: they are the publisher's. */
    private static final JsonFactory JSON = JsonFactory.builder()
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(Integer.MAX_VALUE)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private Refusal() {}

    static boolean isTenant(String text) {
        return TENANT.matcher(text).matches();
    }

    /** Null when there is nothing to refuse; otherwise the field, its value and what was expected. */
    static @Nullable String of(OutgoingEvent event) {
        if (event.type().length() > MAX_TYPE || !TYPE.matcher(event.type()).matches()) {
            return wrong(
                    "type",
                    event.type(),
                    "words of letters, digits and _ joined by dots or hyphens, at most " + MAX_TYPE + " characters");
        }
        if (event.jobId().isEmpty() || event.jobId().length() > MAX_JOB_ID || !isUnicode(event.jobId())) {
            return wrong("jobId", event.jobId(), "1 to " + MAX_JOB_ID + " characters of Unicode");
        }
        if (event.id().isEmpty() || !isUnicode(event.id())) {
            return wrong("id", event.id(), "a text of Unicode that is the event's own");
        }
        if (event.time().isBefore(Instant.EPOCH) || event.time().isAfter(LATEST)) {
            return wrong("time", event.time().toString(), "a time from 1970 to 9999");
        }
        String ofHeaders = ofHeaders(event.headers());
        return ofHeaders != null ? ofHeaders : ofData(event.data());
    }

    /** A reader would look for a CloudEvent in the record. */
    private static @Nullable String ofHeaders(Map<String, String> headers) {
        String contentType = headers.getOrDefault(EventHeaders.CONTENT_TYPE, "");
        if (contentType.toLowerCase(Locale.ROOT).startsWith(EventHeaders.STRUCTURED_TYPE)) {
            return wrong("header " + EventHeaders.CONTENT_TYPE, contentType, "no CloudEvent: the record is Avro");
        }
        String version = headers.get(EventHeaders.VERSION);
        return version == null
                ? null
                : wrong("header " + EventHeaders.VERSION, version, "none: the record is no CloudEvent");
    }

    private static String wrong(String field, String value, String expected) {
        String shown = value.length() > SHOWN ? value.substring(0, SHOWN) + "…" : value;
        return field + " is '" + shown + "', expected " + expected;
    }

    /** Lone surrogates have no UTF-8: what is written in their place would be another text. */
    private static boolean isUnicode(String text) {
        return utf8Bytes(text) >= 0;
    }

    /** Negative when the text has none. */
    private static long utf8Bytes(String text) {
        long bytes = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            bytes += c < 0x80 ? 1 : c < 0x800 ? 2 : 3;
            if (Character.isSurrogate(c)) {
                boolean isPair = i + 1 < text.length() && Character.isSurrogatePair(c, text.charAt(i + 1));
                if (!isPair) {
                    return -1;
                }
                bytes++;
                i++;
            }
        }
        return bytes;
    }

    private static @Nullable String ofData(String data) {
        long bytes = utf8Bytes(data);
        if (bytes < 0 || bytes > MAX_DATA) {
            return bytes < 0
                    ? "data has half a character, expected Unicode"
                    : "data has " + bytes + " bytes, expected at most " + MAX_DATA;
        }
        try (JsonParser parser = JSON.createParser(data)) {
            String why = ofValue(parser);
            return why != null || parser.nextToken() == null ? why : "data goes on after its JSON value";
        } catch (JsonProcessingException e) {
            return "data is no JSON: " + e.getOriginalMessage();
        } catch (IOException e) {
            throw new IllegalStateException("reading JSON from memory failed", e);
        }
    }

    private static @Nullable String ofValue(JsonParser parser) throws IOException {
        int depth = 0;
        do {
            JsonToken token = parser.nextToken();
            if (token == null) {
                return "data is empty, expected JSON";
            }
            depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
            if (depth > MAX_DEPTH) {
                return "data is more than " + MAX_DEPTH + " deep";
            }
            if (token.isNumeric() && !isNumber(parser)) {
                return "data has a number of " + parser.getTextLength()
                        + " characters that is none of JSON, or has more than " + MAX_NUMBER;
            }
        } while (depth > 0);
        return null;
    }

    /** Jackson lets some end without a digit. */
    private static boolean isNumber(JsonParser parser) throws IOException {
        int length = parser.getTextLength();
        char last = parser.getTextCharacters()[parser.getTextOffset() + length - 1];
        return length <= MAX_NUMBER && last >= '0' && last <= '9';
    }
}
