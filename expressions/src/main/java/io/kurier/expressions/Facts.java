package io.kurier.expressions;

import io.kurier.model.json.JsonRefusedException;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** An event as expressions see it; its data is parsed once for all of them. One thread's. */
public final class Facts {
    private final Map<String, Object> byName = new HashMap<>();

    /**
     * @param data normalised JSON
     * @throws IllegalArgumentException when it is none
     */
    public Facts(String id, String type, String jobId, Instant time, byte[] data) {
        byName.put("id", id);
        byName.put("type", type);
        byName.put("job_id", jobId);
        byName.put("time", time.toString());
        try {
            byName.put("data", Values.of(data));
        } catch (IOException | JsonRefusedException e) {
            throw new IllegalArgumentException("the event's data is no JSON", e);
        }
    }

    Map<String, Object> byName() {
        return byName;
    }
}
