package io.kurier.model.event;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.kurier.model.EventRules;
import io.kurier.model.json.EcmaJson;
import io.kurier.model.json.JsonRefusedException;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds the job that an event is about, where its publisher did not name one outside of {@code data}. Any thread. */
public final class JobName {
    /** Fields that can hold the job; the first that does counts. */
    static final List<String> FIELDS = List.of("job_id", "request_id", "task_id");

    private JobName() {}

    /**
     * Finds the job in the top level of {@code data}: {@code job_id}, {@code request_id} or {@code task_id}.
     *
     * @param data normalised JSON
     * @return null when there is none
     */
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
            throw new IllegalStateException("normalised data is not JSON", e);
        }
        return first(found);
    }

    /** A quick scan: most data without a job has no name that ends in _id, so the parser need not run. */
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
            if (job != null && EventRules.isName(job)) {
                return job;
            }
        }
        return null;
    }
}
