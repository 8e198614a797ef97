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
 * An event as expressions see it; its data is parsed once for all of them. Data that is too large, or no JSON, is not there:
 * what needs it cannot be told. One thread's.
 */
public final class EventVariables {
    /** Of larger data no expression can be told: parsing it would take a worker's event loop too long. */
    public static final int MAX_DATA_BYTES = 256 * 1024;

    private final Map<String, Object> byName = new HashMap<>();
    /** Until an expression asks: who asks first pays for the parsing. */
    private byte @Nullable [] unparsed;

    private @Nullable String withoutData;

    /** @param data JSON, or whatever somebody else wrote into Kafka */
    public EventVariables(String id, String type, String jobId, Instant time, byte[] data) {
        byName.put("id", id);
        byName.put("type", type);
        byName.put("job_id", jobId);
        byName.put("time", time.toString());
        this.unparsed = data;
    }

    /** Why there is no data; null when there is. */
    private @Nullable String parse(byte[] data) {
        if (data.length > MAX_DATA_BYTES) {
            return "the event's data has " + data.length + " bytes, expected at most " + MAX_DATA_BYTES;
        }
        try {
            byName.put("data", Values.of(data));
            return null;
        } catch (IOException | JsonRefusedException | RuntimeException e) {
            return "the event's data is no JSON, or too deep";
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

    /** Known once {@link #byName} was asked. */
    @Nullable
    String withoutData() {
        return withoutData;
    }
}
