package io.kurier.ingest;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Consumer;

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
        byte[] body = context.get(KEY);
        return body == null ? new byte[0] : body;
    }

    @Override
    public void handle(RoutingContext context) {
        gather(
                context.request(),
                body -> {
                    context.put(KEY, body);
                    context.next();
                },
                () -> context.fail(413));
    }

    /** Calls back once: with the whole body, or because it is larger than allowed. */
    void gather(HttpServerRequest request, Consumer<byte[]> whole, Runnable tooLarge) {
        if (told(request) > maxBytes) {
            tooLarge.run();
            return;
        }
        Gathering gathering = new Gathering();
        request.handler(chunk -> {
            if (gathering.add(chunk)) {
                tooLarge.run();
            }
        });
        request.endHandler(end -> {
            if (!gathering.tooLarge) {
                whole.accept(gathering.body.getBytes());
            }
        });
        if ("100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT))) {
            request.response().writeContinue();
        }
    }

    /** Most bodies come in one piece, which is copied once. */
    private final class Gathering {
        private Buffer body = Buffer.buffer();
        private int pieces;
        private boolean tooLarge;

        /** True when the body becomes larger than allowed with this piece. */
        boolean add(Buffer chunk) {
            if (tooLarge) {
                return false;
            }
            if (body.length() + chunk.length() > maxBytes) {
                tooLarge = true;
                return true;
            }
            pieces++;
            if (pieces == 1) {
                body = chunk;
            } else {
                body = (pieces == 2 ? body.copy() : body).appendBuffer(chunk);
            }
            return false;
        }
    }

    private static long told(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        try {
            return length == null ? 0 : Long.parseLong(length);
        } catch (NumberFormatException e) {
            return Long.MAX_VALUE;
        }
    }
}
