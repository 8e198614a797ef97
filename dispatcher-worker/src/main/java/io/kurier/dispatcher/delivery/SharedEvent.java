package io.kurier.dispatcher.delivery;

import io.kurier.model.json.AsciiJson;
import io.kurier.model.signing.StandardFormat;
import io.kurier.schemas.Event;
import org.jspecify.annotations.Nullable;

/** One event and its standard body, shared by all deliveries of a fan-out so that it is rendered once. Event loop only. */
public final class SharedEvent {
    public final Event event;
    private byte @Nullable [] body;
    private byte @Nullable [] asciiBody;

    public SharedEvent(Event event) {
        this.event = event;
    }

    /** The body of the standard format, UTF-8. Callers do not write to it. */
    public byte[] body() {
        byte[] rendered = body;
        if (rendered == null) {
            rendered = StandardFormat.body(event.getType(), event.getTime(), event.getJobId(), EventView.data(event));
            body = rendered;
        }
        return rendered;
    }

    /** The same with every non-ASCII character escaped. Callers do not write to it. */
    public byte[] asciiBody() {
        byte[] escaped = asciiBody;
        if (escaped == null) {
            escaped = AsciiJson.escaped(body());
            asciiBody = escaped;
        }
        return escaped;
    }
}
