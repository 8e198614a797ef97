package io.kurier.ingest;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/** Lets only the operator's key through, as a bearer token or in {@code X-API-Key}; compares in constant time. */
final class OperatorKey implements Handler<RoutingContext> {
    private static final String BEARER = "Bearer ";
    private final byte[] key;

    OperatorKey(String key) {
        this.key = key.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void handle(RoutingContext context) {
        if (isGiven(context.request())) {
            context.next();
        }
    }

    /** Whether the request carries the key; if not, it is answered here. */
    boolean isGiven(HttpServerRequest request) {
        String given = given(request);
        if (given == null) {
            refuse(request.response(), "expected a key: Authorization: Bearer KEY, or X-API-Key: KEY");
            return false;
        }
        if (!MessageDigest.isEqual(key, given.getBytes(StandardCharsets.UTF_8))) {
            refuse(request.response(), "this key is not known here");
            return false;
        }
        return true;
    }

    private static void refuse(HttpServerResponse response, String detail) {
        response.putHeader("www-authenticate", "Bearer");
        Answers.problem(response, Problem.of(401, detail));
    }

    private static @Nullable String given(HttpServerRequest request) {
        String authorization = request.getHeader(HttpHeaders.AUTHORIZATION);
        if (authorization != null && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            return authorization.substring(BEARER.length()).trim();
        }
        return request.getHeader("x-api-key");
    }
}
