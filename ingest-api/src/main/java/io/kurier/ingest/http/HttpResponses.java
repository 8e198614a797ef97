package io.kurier.ingest.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;

/** Sends responses. A response that was sent before, or whose connection is closed, is left alone. Any thread. */
public final class HttpResponses {
    private HttpResponses() {}

    public static void json(RoutingContext context, int status, JsonNode body) {
        json(context, status, body.toString());
    }

    public static void json(RoutingContext context, int status, String body) {
        json(context.response(), status, body);
    }

    public static void json(HttpServerResponse response, int status, String body) {
        send(response, status, "application/json", body);
    }

    public static void problem(RoutingContext context, Problem problem) {
        problem(context.response(), problem);
    }

    /** Sends the problem, with {@code Retry-After} in whole seconds, rounded up. */
    public static void problem(HttpServerResponse response, Problem problem) {
        if (problem.retryAfterMs() > 0) {
            response.putHeader("retry-after", Long.toString((problem.retryAfterMs() + 999) / 1_000));
        }
        send(
                response,
                problem.status(),
                "application/problem+json",
                problem.json().toString());
    }

    /** @param type the content type */
    public static void send(HttpServerResponse response, int status, String type, String body) {
        if (!response.ended() && !response.closed()) {
            response.setStatusCode(status).putHeader("content-type", type).end(body);
        }
    }
}
