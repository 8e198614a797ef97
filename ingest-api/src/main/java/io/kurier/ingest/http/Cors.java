package io.kurier.ingest.http;

import io.kurier.ingest.config.AccessConfig;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/**
 * Tells browsers whose pages may call the API (the Fetch standard's CORS protocol): those of the origins that are set.
 * Without credentials of the browser's own: a page brings its key. Requests of other pages are answered as any, but their
 * browser keeps the answer from them. Event loops.
 */
public final class Cors implements Handler<RoutingContext> {
    private static final String METHODS = "GET, POST, PUT, PATCH, DELETE";
    /** With the attributes of CloudEvents in binary mode, and the one Kurier knows besides. */
    private static final String HEADERS = "authorization, x-api-key, content-type, if-match, idempotency-key,"
            + " ce-specversion, ce-id, ce-source, ce-type, ce-time, ce-subject, ce-dataschema, ce-jobid";

    private static final String SHOWN = "etag, location, retry-after";
    private static final String KEPT_SECONDS = "600";

    private final List<String> origins;

    public Cors(List<String> origins) {
        this.origins = List.copyOf(origins);
    }

    @Override
    public void handle(RoutingContext context) {
        String origin = context.request().getHeader("origin");
        HttpServerResponse response = context.response();
        response.putHeader("vary", "origin");
        if (origin == null || !isAllowed(origin)) {
            context.next();
            return;
        }
        response.putHeader("access-control-allow-origin", origin);
        boolean asksFirst = context.request().method().equals(HttpMethod.OPTIONS)
                && context.request().getHeader("access-control-request-method") != null;
        if (asksFirst) {
            response.putHeader("access-control-allow-methods", METHODS)
                    .putHeader("access-control-allow-headers", HEADERS)
                    .putHeader("access-control-max-age", KEPT_SECONDS)
                    .setStatusCode(204)
                    .end();
        } else {
            response.putHeader("access-control-expose-headers", SHOWN);
            context.next();
        }
    }

    private boolean isAllowed(String origin) {
        return origins.contains(AccessConfig.ANY_ORIGIN) || origins.contains(origin);
    }
}
