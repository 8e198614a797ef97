package io.kurier.ingest.http;

import io.kurier.ingest.config.AccessConfig;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/**
 * Tells browsers from which origins pages may call the API (CORS protocol of the Fetch standard). Credentials of the browser,
 * such as cookies, are not allowed: a page sends its key in a header. Requests from other origins are handled like any
 * other, but their browser withholds the response from the page. Event loops.
 */
public final class Cors implements Handler<RoutingContext> {
    private static final String METHODS = "GET, POST, PUT, PATCH, DELETE";
    /** Includes the attributes of CloudEvents in binary mode, and Kurier's extension attribute jobid. */
    private static final String HEADERS = "authorization, x-api-key, content-type, if-match, idempotency-key,"
            + " ce-specversion, ce-id, ce-source, ce-type, ce-time, ce-subject, ce-dataschema, ce-jobid";

    private static final String EXPOSED_HEADERS = "etag, location, retry-after";
    private static final String MAX_AGE_SECONDS = "600";

    private final List<String> origins;

    /** @param origins such as {@code https://app.example.com}; {@code *} for all */
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
        boolean isPreflight = context.request().method().equals(HttpMethod.OPTIONS)
                && context.request().getHeader("access-control-request-method") != null;
        if (isPreflight) {
            response.putHeader("access-control-allow-methods", METHODS)
                    .putHeader("access-control-allow-headers", HEADERS)
                    .putHeader("access-control-max-age", MAX_AGE_SECONDS)
                    .setStatusCode(204)
                    .end();
        } else {
            response.putHeader("access-control-expose-headers", EXPOSED_HEADERS);
            context.next();
        }
    }

    private boolean isAllowed(String origin) {
        return origins.contains(AccessConfig.ANY_ORIGIN) || origins.contains(origin);
    }
}
