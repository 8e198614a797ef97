package io.kurier.dispatcher.decoding;

import io.kurier.model.Ids;
import io.kurier.model.event.EventFields;
import io.kurier.model.event.EventPattern;
import io.kurier.model.json.EcmaJson;
import io.kurier.model.json.JsonRefusedException;
import io.kurier.schemas.Event;
import io.kurier.schemas.wire.UnreadableRecordException;
import java.nio.ByteBuffer;

/**
 * Applies the HTTP API's rules to an event that another service wrote to Kafka: it checks the fields and normalises id and
 * data, so that the rest of the worker can trust them. Any thread.
 */
final class EventCheck {
    private static final int MAX_JOB_ID = 256;
    /** What a record can carry beside its envelope. */
    static final int MAX_DATA = 3 * 1024 * 1024;

    private EventCheck() {}

    /** @throws UnreadableRecordException naming the field, its value and what was expected */
    static Event check(Event event) throws UnreadableRecordException {
        if (!Ids.isTenant(event.getTenant())) {
            throw refused("tenant", event.getTenant(), Ids.EXPECTED_TENANT);
        }
        if (!EventPattern.isType(event.getType())) {
            throw refused("type", event.getType(), EventPattern.EXPECTED_TYPE);
        }
        if (event.getJobId().isEmpty() || event.getJobId().length() > MAX_JOB_ID) {
            throw refused("job_id", event.getJobId(), "expected 1 to " + MAX_JOB_ID + " characters");
        }
        if (!EventFields.isTime(event.getTime())) {
            throw refused("time", event.getTime().toString(), "expected a time from 1970 to 9999");
        }
        if (event.getId().isEmpty()) {
            throw refused("id", "", "expected an id that is the publisher's own and unique");
        }
        if (!Ids.isEvent(event.getId())) {
            event.setId(Ids.eventFor(event.getTenant(), event.getId()));
        }
        if (event.getWebhooksOffset() >= 0) {
            // written by the HTTP API, which normalises data, or by a service that may write here and claims the same.
            // The
            // size is checked all the same: too large a record would make its whole transaction fail
            checkSize(event.getData().remaining());
            return event;
        }
        byte[] data = new byte[event.getData().remaining()];
        event.getData().duplicate().get(data);
        try {
            byte[] normal = EcmaJson.normalize(data, EcmaJson.Limits.DEFAULT);
            checkSize(normal.length);
            event.setData(ByteBuffer.wrap(normal));
        } catch (JsonRefusedException e) {
            throw new UnreadableRecordException("data is no JSON: " + e.getMessage(), e);
        }
        return event;
    }

    private static void checkSize(int bytes) throws UnreadableRecordException {
        if (bytes > MAX_DATA) {
            throw new UnreadableRecordException("data has " + bytes + " bytes, expected at most " + MAX_DATA, null);
        }
    }

    private static UnreadableRecordException refused(String field, String value, String expected) {
        return new UnreadableRecordException(field + " is '" + shown(value) + "', " + expected, null);
    }

    static String shown(String value) {
        return value.length() > 64 ? value.substring(0, 64) + "…" : value;
    }
}
