package io.kurier.ingest.publish;

import io.kurier.ingest.http.HttpResponses;
import io.kurier.ingest.http.Problem;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;

/**
 * Tells by a request's headers how it carries its events: CloudEvents by their content types or {@code ce-} headers, anything
 * else as Kurier's own JSON. Any thread.
 */
final class PublishFormats {
    private static final String CLOUDEVENTS = "application/cloudevents";
    private static final String BATCH = CLOUDEVENTS + "-batch";
    private static final CharSequence SPEC_VERSION = HttpHeaders.createOptimized("ce-specversion");
    private static final CharSequence TYPE = HttpHeaders.createOptimized("ce-type");
    private static final CharSequence ID = HttpHeaders.createOptimized("ce-id");

    private PublishFormats() {}

    /** @throws Problem.RefusedException when the whole body can't be used */
    static PublishRequest read(HttpServerRequest request, byte[] body, PublishContext door) {
        String contentType = request.getHeader(HttpHeaders.CONTENT_TYPE);
        if (contentType != null && startsWith(contentType, CLOUDEVENTS)) {
            boolean batch = startsWith(contentType, BATCH);
            checkJson(contentType, batch ? BATCH : CLOUDEVENTS);
            return CloudEventParser.json(HttpResponses.notEmpty(body), batch, door);
        }
        // any of those that an event must have, so that a forgotten one is told
        MultiMap headers = request.headers();
        if (headers.contains(SPEC_VERSION) || headers.contains(TYPE) || headers.contains(ID)) {
            return CloudEventParser.binary(request::getHeader, contentType, body, door);
        }
        return EventParser.parse(HttpResponses.notEmpty(body), door);
    }

    private static void checkJson(String contentType, String kind) {
        String format = contentType.substring(kind.length()).split(";", -1)[0].strip();
        if (!format.equalsIgnoreCase("+json")) {
            throw Problem.field(
                            "Content-Type",
                            contentType,
                            "expected application/cloudevents+json or application/cloudevents-batch+json")
                    .as(415)
                    .refused();
        }
    }

    private static boolean startsWith(String text, String prefix) {
        return text.regionMatches(true, 0, prefix, 0, prefix.length());
    }
}
