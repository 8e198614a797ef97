package io.kurier.dispatcher;

import io.kurier.expressions.Facts;
import io.kurier.schemas.Event;
import java.nio.ByteBuffer;

/** What of an event bodies are made of, and conditions are told by. Pure. */
final class EventFacts {
    private EventFacts() {}

    /** A copy. */
    static byte[] data(Event event) {
        ByteBuffer data = event.getData().duplicate();
        byte[] bytes = new byte[data.remaining()];
        data.get(bytes);
        return bytes;
    }

    static Facts of(Event event) {
        return new Facts(event.getId(), event.getType(), event.getJobId(), event.getTime(), data(event));
    }
}
