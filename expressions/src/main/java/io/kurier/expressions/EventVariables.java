package io.kurier.expressions;

import dev.cel.bundle.CelBuilder;
import dev.cel.common.types.SimpleType;
import io.kurier.model.json.JsonRefusedException;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The variables of an expression: {@code id}, {@code type}, {@code job_id}, {@code time} and {@code data} of one event. Data is
 * parsed once for all expressions. If it is too large or not JSON, the variable is missing and expressions that need it
 * fail. One thread only.
 */
public final class EventVariables {
    /** Largest data in bytes that is parsed. Parsing more would hold up a worker's event loop. */
    public static final int MAX_DATA_BYTES = 256 * 1024;

    private final Map<String, Object> byName = new HashMap<>();
    /** Null once the first expression had it parsed. */
    private byte @Nullable [] unparsed;

    private @Nullable String withoutData;

    /**
     * Takes the event's fields; nothing is parsed yet.
     *
     * @param data JSON, or any other bytes that a foreign producer wrote to Kafka
     */
    public EventVariables(String id, String type, String jobId, Instant time, byte[] data) {
        byName.put("id", id);
        byName.put("type", type);
        byName.put("job_id", jobId);
        byName.put("time", time.toString());
        this.unparsed = data;
    }

    /** Returns why there is no data; null when it was parsed. */
    private @Nullable String parse(byte[] data) {
        if (data.length > MAX_DATA_BYTES) {
            return "the event's data has " + data.length + " bytes; expressions can read at most " + MAX_DATA_BYTES;
        }
        try {
            byName.put("data", CelValues.of(data));
            return null;
        } catch (IOException | JsonRefusedException | RuntimeException e) {
            return "the event's data is not valid JSON, or nested more than " + CelValues.MAX_DEPTH + " deep";
        }
    }

    static CelBuilder declared(CelBuilder language) {
        return language.addVar("id", SimpleType.STRING)
                .addVar("type", SimpleType.STRING)
                .addVar("job_id", SimpleType.STRING)
                .addVar("time", SimpleType.STRING)
                .addVar("data", SimpleType.DYN);
    }

    Map<String, Object> byName() {
        if (unparsed != null) {
            withoutData = parse(unparsed);
            unparsed = null;
        }
        return byName;
    }

    /** Why there is no data; null when there is. Valid after {@link #byName}. */
    @Nullable
    String withoutData() {
        return withoutData;
    }
}
