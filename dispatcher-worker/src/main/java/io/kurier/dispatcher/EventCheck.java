package io.kurier.dispatcher;

import io.kurier.model.EventPattern;
import io.kurier.model.Ids;
import io.kurier.model.json.EcmaJson;
import io.kurier.model.json.JsonRefusedException;
import io.kurier.schemas.Event;
import io.kurier.schemas.wire.UnreadableRecordException;
import java.nio.ByteBuffer;

/** Brings an event that came by Kafka, past the door, to what the door would have made of it. Any thread. */
final class EventCheck {
    private static final int MAX_JOB_ID = 256;
    private static final int MAX_TENANT = 64;

    private EventCheck() {}

    /** @throws UnreadableRecordException naming the field, its value and what was expected */
    static Event check(Event event) throws UnreadableRecordException {
        if (event.getWebhooksOffset() >= 0) {
            return event;
        }
        if (!event.getTenant().matches("[a-z0-9][a-z0-9_-]{0," + (MAX_TENANT - 1) + "}")) {
            throw refused("tenant", event.getTenant(), "lower-case letters, digits, _ and -");
        }
        if (!EventPattern.isType(event.getType())) {
            throw refused("type", event.getType(), "words of letters, digits and _ joined by dots");
        }
        if (event.getJobId().isEmpty() || event.getJobId().length() > MAX_JOB_ID) {
            throw refused("job_id", event.getJobId(), "1 to " + MAX_JOB_ID + " characters");
        }
        if (event.getId().isEmpty()) {
            throw refused("id", "", "an id that is the publisher's own and unique");
        }
        if (!Ids.isEvent(event.getId())) {
            event.setId(Ids.eventFor(event.getTenant(), event.getId()));
        }
        byte[] data = new byte[event.getData().remaining()];
        event.getData().duplicate().get(data);
        try {
            event.setData(ByteBuffer.wrap(EcmaJson.normalize(data, EcmaJson.Limits.DEFAULT)));
        } catch (JsonRefusedException e) {
            throw new UnreadableRecordException("data is no JSON: " + e.getMessage(), e);
        }
        return event;
    }

    private static UnreadableRecordException refused(String field, String value, String expected) {
        String shown = value.length() > 64 ? value.substring(0, 64) + "…" : value;
        return new UnreadableRecordException(field + " is '" + shown + "', expected " + expected, null);
    }
}
