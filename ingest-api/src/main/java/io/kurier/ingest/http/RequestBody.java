package io.kurier.ingest.http;

import io.vertx.ext.web.RoutingContext;
import java.util.Set;

/** Reads JSON bodies of requests, which {@link BodyCollector} has received before. Any thread. */
public final class RequestBody {
    private RequestBody() {}

    /** @throws Problem.RefusedException if the request has no body */
    public static byte[] required(RoutingContext context) {
        return requireNotEmpty(BodyCollector.of(context));
    }

    /** @throws Problem.RefusedException if the body is empty */
    public static byte[] requireNotEmpty(byte[] body) {
        if (body.length == 0) {
            throw Problem.of(400, "the request has no body; expected JSON").refused();
        }
        return body;
    }

    /**
     * The fields of a body that may be missing.
     *
     * @throws Problem.RefusedException if the body is not a JSON object, or has a field that is not known
     */
    public static JsonFields optionalFields(RoutingContext context, Set<String> known) {
        return JsonFields.of(Json.parseObjectOrEmpty(BodyCollector.of(context)), "", known);
    }
}
