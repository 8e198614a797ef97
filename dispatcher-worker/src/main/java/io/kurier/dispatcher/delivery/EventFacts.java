package io.kurier.dispatcher.delivery;

import io.kurier.expressions.Facts;
import io.kurier.schemas.Event;
import java.nio.ByteBuffer;

/** What of an event bodies are made of, and conditions are told by. Pure. */
public final class EventFacts {
    private EventFacts() {}

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

    public static Facts of(Event event) {
        return new Facts(event.getId(), event.getType(), event.getJobId(), event.getTime(), data(event));
    }
}
