package io.kurier.dispatcher.delivery;

import io.kurier.expressions.EventVariables;
import io.kurier.schemas.Event;
import java.nio.ByteBuffer;

/** What of an event bodies are made of, and conditions are told by. Pure. */
public final class EventView {
    private EventView() {}

    /** Not to be written to: the event's own where it has them by themselves. */
    static byte[] data(Event event) {
        ByteBuffer data = event.getData();
        if (data.hasArray() && data.arrayOffset() == 0 && data.remaining() == data.array().length) {
            return data.array();
        }
        byte[] bytes = new byte[data.remaining()];
        data.duplicate().get(bytes);
        return bytes;
    }

    public static EventVariables of(Event event) {
        return new EventVariables(event.getId(), event.getType(), event.getJobId(), event.getTime(), data(event));
    }
}
