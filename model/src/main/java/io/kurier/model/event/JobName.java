package io.kurier.model.event;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.kurier.model.json.EcmaJson;
import io.kurier.model.json.JsonRefusedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where an event names its job, and what such a name looks like. Any thread. */
final class JobName {
    /** The first that names one counts. */
    static final List<String> FIELDS = List.of("job_id", "request_id", "task_id");

    private static final int MAX_LENGTH = 256;
    static final String EXPECTED = "expected 1 to " + MAX_LENGTH + " characters of Unicode";

    private JobName() {}

    /** Lone surrogates have no UTF-8, so that different names would become the same. */
    static boolean isName(String value) {
        return !value.isEmpty()
                && value.length() <= MAX_LENGTH
                && StandardCharsets.UTF_8.newEncoder().canEncode(value);
    }

    /** The names inside data, in the order in which they count; null where there is none. */
    static @Nullable String[] in(byte[] data) {
        @Nullable String[] found = new @Nullable String[FIELDS.size()];
        try (JsonParser parser = EcmaJson.parser(data)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return found;
            }
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                int field = FIELDS.indexOf(parser.currentName());
                JsonToken value = parser.nextToken();
                if (field >= 0 && (value == JsonToken.VALUE_STRING || value == JsonToken.VALUE_NUMBER_INT)) {
                    found[field] = parser.getText();
                }
                parser.skipChildren();
            }
            return found;
        } catch (IOException | JsonRefusedException e) {
            throw new IllegalStateException("data was JSON a moment ago", e);
        }
    }

    static @Nullable String first(@Nullable String... names) {
        for (String name : names) {
            if (name != null && isName(name)) {
                return name;
            }
        }
        return null;
    }
}
