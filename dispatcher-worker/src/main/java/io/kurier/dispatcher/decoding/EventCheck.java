package io.kurier.dispatcher.decoding;

import io.kurier.model.EventRules;
import io.kurier.model.Ids;
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
    private EventCheck() {}

    /** @throws UnreadableRecordException naming the field, its value and what was expected */
    static Event check(Event event) throws UnreadableRecordException {
        if (!Ids.isTenant(event.getTenant())) {
            throw new UnreadableRecordException(
                    EventRules.refusal("tenant", event.getTenant(), Ids.EXPECTED_TENANT), null);
        }
        String refusal = EventRules.refusal(event.getType(), event.getJobId(), event.getTime(), event.getId());
        if (refusal != null) {
            throw new UnreadableRecordException(refusal, null);
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
            throw new UnreadableRecordException("data: " + e.getMessage(), e);
        }
        return event;
    }

    private static void checkSize(int bytes) throws UnreadableRecordException {
        if (bytes > EventRules.MAX_DATA_BYTES) {
            throw new UnreadableRecordException(EventRules.tooLarge(bytes), null);
        }
    }
}
