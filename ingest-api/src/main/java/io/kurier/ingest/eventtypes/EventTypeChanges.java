package io.kurier.ingest.eventtypes;

import io.kurier.ingest.control.ControlTopic;
import io.kurier.runtime.control.ChangeWriter;
import io.kurier.schemas.EventTypeRecord;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Deletes the event types of a deleted tenant. Blocks: not on an event loop. */
public final class EventTypeChanges {
    private final ControlTopic<EventTypeRecord> types;

    public EventTypeChanges(ControlTopic<EventTypeRecord> types) {
        this.types = types;
    }

    /** In one transaction, which is large enough for the types that a tenant may have. */
    public void deleteAll(String tenant) throws ChangeWriter.UnavailableException, InterruptedException {
        types.writer().takeOverAnew();
        types.writer().writeAll(() -> {
            Map<String, byte @Nullable []> values = new LinkedHashMap<>();
            types.values().stream()
                    .filter(type -> type.getTenant().equals(tenant))
                    .forEach(type -> values.put(EventTypes.key(tenant, type.getType()), null));
            return values;
        });
    }
}
