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
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The fields and checks that are the same for every event of a request.
 *
 * @param webhooksOffset the first offset of the topic {@code webhooks} that this process has not read
 * @param nowMs when the request arrived
 * @param random for the ids of events that have none
 * @param maxBytes of normalised data
 * @param key the id for an event that has none; null if the request has no {@code Idempotency-Key}
 * @param types checks data by the schemas of event types
 * @param oneOffs makes ad-hoc receivers
 * @param fanOut limits the size of an event times its webhooks
 */
record PublishContext(
        String tenant,
        long webhooksOffset,
        long nowMs,
        RandomGenerator random,
        int maxBytes,
        @Nullable String key,
        EventTypes types,
        AdHocReceivers oneOffs,
        FanOutLimit fanOut) {

    /** The context of an array's event. */
    PublishContext at(int index) {
        return key == null
                ? this
                : new PublishContext(
                        tenant,
                        webhooksOffset,
                        nowMs,
                        random,
                        maxBytes,
                        IdempotencyKey.at(key, index),
                        types,
                        oneOffs,
                        fanOut);
    }

    EventFields fields() {
        return new EventFields(maxBytes, true);
    }

    /** Builds an event of the fields and checks it. */
    PublishItem item(EventFields fields) {
        fields.idUnlessGiven(key);
        PublishedEvent found;
        try {
            found = fields.build(
                    new Origin(tenant, () -> Ids.event(nowMs, random), Instant.ofEpochMilli(nowMs), maxBytes));
        } catch (EventRefusedException e) {
            return new PublishItem.Refused(Problem.of(e));
        }
        Problem unfit = types.check(tenant, found.type(), found.data().array());
        if (unfit == null) {
            unfit = fanOut.check(tenant, found.type(), found.data().remaining(), fields.webhookUrl() == null ? 0 : 1);
        }
        return unfit == null ? accepted(found, fields.webhookUrl()) : new PublishItem.Refused(unfit);
    }

    private PublishItem accepted(PublishedEvent found, @Nullable String webhookUrl) {
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
                return new PublishItem.Refused(e.problem());
            }
        }
        return new PublishItem.Accepted(event);
    }
}
