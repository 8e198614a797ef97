package io.kurier.schemas.publisher;

import io.kurier.model.EventRules;
import io.kurier.model.json.EcmaJson;
import io.kurier.model.json.JsonRefusedException;
import io.kurier.schemas.wire.EventHeaders;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Tells before an event is sent why a worker would refuse it, by the worker's own rules ({@link EventRules}). Any thread. */
final class Refusal {
    private Refusal() {}

    /** Which field is wrong, its value and what was expected; null when a worker would take the event. */
    static @Nullable String of(OutgoingEvent event) {
        String ofEnvelope = EventRules.refusal(event.type(), event.jobId(), event.time(), event.id());
        if (ofEnvelope != null) {
            return ofEnvelope;
        }
        String ofHeaders = ofHeaders(event.headers());
        return ofHeaders != null ? ofHeaders : ofData(event.data());
    }

    /** These headers would make a worker read the Avro record as a CloudEvent. */
    private static @Nullable String ofHeaders(Map<String, String> headers) {
        String contentType = headers.getOrDefault(EventHeaders.CONTENT_TYPE, "");
        if (contentType.toLowerCase(Locale.ROOT).startsWith(EventHeaders.STRUCTURED_TYPE)) {
            return EventRules.refusal(
                    "header " + EventHeaders.CONTENT_TYPE,
                    contentType,
                    "expected another type than a CloudEvent's, because the record is Avro");
        }
        String version = headers.get(EventHeaders.VERSION);
        return version == null
                ? null
                : EventRules.refusal(
                        "header " + EventHeaders.VERSION,
                        version,
                        "expected the header to be absent, because the record is not a CloudEvent");
    }

    private static @Nullable String ofData(String data) {
        long bytes = EventRules.utf8Length(data);
        if (bytes < 0) {
            return "data holds half a surrogate pair, expected valid Unicode";
        }
        if (bytes > EventRules.MAX_DATA_BYTES) {
            return EventRules.tooLarge(bytes);
        }
        try {
            // the worker normalises it again; the publisher's own bytes go out
            byte[] normal = EcmaJson.normalize(data.getBytes(StandardCharsets.UTF_8), EcmaJson.Limits.DEFAULT);
            return normal.length > EventRules.MAX_DATA_BYTES ? EventRules.tooLarge(normal.length) : null;
        } catch (JsonRefusedException e) {
            return "data: " + e.getMessage();
        }
    }
}
