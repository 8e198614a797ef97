package io.kurier.ingest.eventtypes;

import io.kurier.runtime.KurierRuntime;
import io.kurier.runtime.control.ControlWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Deletes the event types of a tenant with it. Waits for Kafka: not on an event loop. */
public final class EventTypeChanges {
    private final KurierRuntime runtime;
    private final ControlWriter writer;

    public EventTypeChanges(KurierRuntime runtime, ControlWriter writer) {
        this.runtime = runtime;
        this.writer = writer;
    }

    /** In one transaction; a tenant has not more types than that holds. */
    public void deleteAll(String tenant) throws ControlWriter.UnavailableException, InterruptedException {
        writer.takeOverAnew();
        writer.writeAll(() -> {
            Map<String, byte @Nullable []> values = new LinkedHashMap<>();
            runtime.eventTypes().values().stream()
                    .filter(type -> type.getTenant().equals(tenant))
                    .forEach(type -> values.put(EventTypes.key(tenant, type.getType()), null));
            return values;
        });
    }
}
