package io.kurier.model.event;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.kurier.model.json.EcmaJson;
import io.kurier.model.json.JsonRefusedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What names of jobs and events look like, and where an event names its job. Any thread. */
public final class JobName {
    /** The first that names one counts. */
    static final List<String> FIELDS = List.of("job_id", "request_id", "task_id");

    public static final int MAX_LENGTH = 256;
    static final String EXPECTED = "expected 1 to " + MAX_LENGTH + " characters of Unicode";

    private JobName() {}

    /** Lone surrogates have no UTF-8, so that different names would become the same. */
    public static boolean isName(String value) {
        return !value.isEmpty()
                && value.length() <= MAX_LENGTH
                && (!hasSurrogate(value) || StandardCharsets.UTF_8.newEncoder().canEncode(value));
    }

    private static boolean hasSurrogate(String value) {
        for (int i = 0; i < value.length(); i++) {
            if (Character.isSurrogate(value.charAt(i))) {
                return true;
            }
        }
        return false;
    }

    /** The job named inside normalised data; null when none is. */
    public static @Nullable String in(byte[] data) {
        if (!mayNameOne(data)) {
            return null;
        }
        @Nullable String[] found = new @Nullable String[FIELDS.size()];
        try (JsonParser parser = EcmaJson.parser(data)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return null;
            }
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                int field = FIELDS.indexOf(parser.currentName());
                JsonToken value = parser.nextToken();
                if (field >= 0 && (value == JsonToken.VALUE_STRING || value == JsonToken.VALUE_NUMBER_INT)) {
                    found[field] = parser.getText();
                }
                parser.skipChildren();
            }
        } catch (IOException | JsonRefusedException e) {
            throw new IllegalStateException("data was JSON a moment ago", e);
        }
        return first(found);
    }

    /** Most data without a job has nothing that ends like one of the names, which takes a fraction of a parser's time to see. */
    private static boolean mayNameOne(byte[] data) {
        for (int i = data.length - 5; i > 0; i--) {
            if (data[i] == '_'
                    && data[i + 1] == 'i'
                    && data[i + 2] == 'd'
                    && data[i + 3] == '"'
                    && data[i + 4] == ':') {
                return true;
            }
        }
        return false;
    }

    static @Nullable String first(@Nullable String... jobs) {
        for (String job : jobs) {
            if (job != null && isName(job)) {
                return job;
            }
        }
        return null;
    }
}
