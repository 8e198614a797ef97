package io.kurier.ingest;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;

/**
 * Gathers a request's body, up to a bound, before the routes. The body is bytes whatever its content type claims: curl
 * calls JSON a form unless told otherwise, and nothing of a form may become a parameter.
 */
final class WholeBody implements Handler<RoutingContext> {
    private static final String KEY = "body";

    private final int maxBytes;

    WholeBody(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** The bytes; empty when there were none. */
    static byte[] of(RoutingContext context) {
        Buffer body = context.get(KEY);
        return body == null ? new byte[0] : body.getBytes();
    }

    @Override
    public void handle(RoutingContext context) {
        HttpServerRequest request = context.request();
        if (told(request) > maxBytes) {
            context.fail(413);
            return;
        }
        Buffer body = Buffer.buffer();
        request.handler(chunk -> {
            if (body.length() + chunk.length() <= maxBytes) {
                body.appendBuffer(chunk);
            } else if (!context.failed()) {
                context.fail(413);
            }
        });
        request.endHandler(end -> {
            if (!context.failed()) {
                context.put(KEY, body);
                context.next();
            }
        });
        if ("100-continue".equalsIgnoreCase(request.getHeader("expect"))) {
            context.response().writeContinue();
        }
    }

    private static long told(HttpServerRequest request) {
        String length = request.getHeader("content-length");
        try {
            return length == null ? 0 : Long.parseLong(length);
        } catch (NumberFormatException e) {
            return Long.MAX_VALUE;
        }
    }
}
