package io.kurier.ingest.publish;

import io.kurier.ingest.http.Problem;
import io.kurier.ingest.http.RequestBody;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;

/**
 * Chooses the parser of a publishing request by its headers: CloudEvents have a content type of their own or {@code ce-}
 * headers; any other body is Kurier's own JSON. Any thread.
 */
final class PublishFormats {
    private static final String CLOUDEVENTS = "application/cloudevents";
    private static final String BATCH = CLOUDEVENTS + "-batch";
    private static final CharSequence SPEC_VERSION = HttpHeaders.createOptimized("ce-specversion");
    private static final CharSequence TYPE = HttpHeaders.createOptimized("ce-type");
    private static final CharSequence ID = HttpHeaders.createOptimized("ce-id");

    private PublishFormats() {}

    /** @throws Problem.RefusedException if the whole request is refused */
    static PublishRequest read(HttpServerRequest request, byte[] body, PublishContext context) {
        String contentType = request.getHeader(HttpHeaders.CONTENT_TYPE);
        if (contentType != null && startsWith(contentType, CLOUDEVENTS)) {
            boolean batch = startsWith(contentType, BATCH);
            checkJson(contentType, batch ? BATCH : CLOUDEVENTS);
            return CloudEventParser.json(RequestBody.requireNotEmpty(body), batch, context);
        }
        // any required attribute selects the binary mode, so that the refusal names those that are missing
        MultiMap headers = request.headers();
        if (headers.contains(SPEC_VERSION) || headers.contains(TYPE) || headers.contains(ID)) {
            return CloudEventParser.binary(request::getHeader, contentType, body, context);
        }
        return EventParser.parse(RequestBody.requireNotEmpty(body), context);
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
