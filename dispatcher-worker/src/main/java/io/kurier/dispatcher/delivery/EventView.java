package io.kurier.dispatcher.delivery;

import io.kurier.expressions.EventVariables;
import io.kurier.schemas.Event;
import java.nio.ByteBuffer;

/** The parts of an event from which bodies are rendered and conditions are evaluated. Pure. */
public final class EventView {
    private EventView() {}

    /** The event's data, JSON in UTF-8. It may be the event's own array, so callers must not write to it. */
    static byte[] data(Event event) {
        ByteBuffer data = event.getData();
        if (data.hasArray() && data.arrayOffset() == 0 && data.remaining() == data.array().length) {
            return data.array();
        }
        byte[] bytes = new byte[data.remaining()];
        data.duplicate().get(bytes);
        return bytes;
    }

    /** The variables that conditions and transforms of webhooks can use. */
    public static EventVariables of(Event event) {
        return new EventVariables(event.getId(), event.getType(), event.getJobId(), event.getTime(), data(event));
    }
}
