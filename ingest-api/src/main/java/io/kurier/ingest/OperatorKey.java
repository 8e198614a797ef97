package io.kurier.ingest;

import io.vertx.core.Handler;
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
        String given = given(context);
        if (given == null) {
            refuse(context, "expected a key: Authorization: Bearer KEY, or X-API-Key: KEY");
        } else if (MessageDigest.isEqual(key, given.getBytes(StandardCharsets.UTF_8))) {
            context.next();
        } else {
            refuse(context, "this key is not known here");
        }
    }

    private static void refuse(RoutingContext context, String detail) {
        context.response().putHeader("www-authenticate", "Bearer");
        Answers.problem(context, Problem.of(401, detail));
    }

    private static @Nullable String given(RoutingContext context) {
        String authorization = context.request().getHeader("authorization");
        if (authorization != null && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            return authorization.substring(BEARER.length()).trim();
        }
        return context.request().getHeader("x-api-key");
    }
}
