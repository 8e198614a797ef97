package io.kurier.ingest.publish;

import io.kurier.ingest.eventtypes.EventTypes;
import io.kurier.ingest.http.Problem;
import io.kurier.model.Ids;
import io.kurier.model.event.EventFields;
import io.kurier.model.event.EventRefusedException;
import io.kurier.model.event.Origin;
import io.kurier.model.event.PublishedEvent;
import io.kurier.schemas.Event;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * What the door adds to every event of a request, and holds it to.
 *
 * @param maxBytes the largest data, normalised
 * @param key stands for the id of an event that has none; null when the request names no key
 * @param types what events of their type are held to
 * @param oneOffs makes receivers of what events name themselves
 * @param fanOut what an event may become in all
 */
record PublishContext(
        String tenant,
        long webhooksOffset,
        long nowMs,
        int maxBytes,
        @Nullable String key,
        EventTypes types,
        AdHocReceivers oneOffs,
        FanOutLimit fanOut) {

    /** For the event at this place of an array. */
    PublishContext at(int index) {
        return key == null
                ? this
                : new PublishContext(
                        tenant, webhooksOffset, nowMs, maxBytes, IdempotencyKey.at(key, index), types, oneOffs, fanOut);
    }

    EventFields fields() {
        return new EventFields(maxBytes, true);
    }

    EventParser.Item item(EventFields fields) {
        fields.idUnlessGiven(key);
        PublishedEvent found;
        try {
            found = fields.build(new Origin(
                    tenant,
                    () -> Ids.event(nowMs, ThreadLocalRandom.current()),
                    Instant.ofEpochMilli(nowMs),
                    maxBytes));
        } catch (EventRefusedException e) {
            return new EventParser.Item.Refused(Problem.of(e));
        }
        Problem unfit = types.check(tenant, found.type(), found.data().array());
        if (unfit == null) {
            unfit = fanOut.check(tenant, found.type(), found.data().remaining(), fields.webhookUrl() == null ? 0 : 1);
        }
        return unfit == null ? accepted(found, fields.webhookUrl()) : new EventParser.Item.Refused(unfit);
    }

    private EventParser.Item accepted(PublishedEvent found, @Nullable String webhookUrl) {
        Event event = new Event(
                found.id(),
                tenant,
                found.type(),
                found.jobId(),
                found.time(),
                found.data(),
                webhooksOffset,
                found.clientId(),
                found.expiresAtMs(),
                null);
        if (webhookUrl != null) {
            try {
                event.setOneOff(oneOffs.seal(tenant, event.getId(), webhookUrl));
            } catch (Problem.RefusedException e) {
                return new EventParser.Item.Refused(e.problem());
            }
        }
        return new EventParser.Item.Accepted(event);
    }
}
