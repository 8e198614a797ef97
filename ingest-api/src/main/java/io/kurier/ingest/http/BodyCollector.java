package io.kurier.ingest.http;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Gathers a request's body before the routes, up to a bound, and up to another one of all bodies together. The body is bytes whatever its content type claims: curl
 * calls JSON a form unless told otherwise, and nothing of a form may become a parameter.
 */
public final class BodyCollector implements Handler<RoutingContext> {
    private static final String KEY = "body";
    private static final Problem BUSY =
            Problem.of(503, "too many bodies are on their way in at once; repeat the request a little later");

    private final int maxBytes;
    private final long maxOpenBytes;
    private final Problem tooLarge;
    /** Of all bodies that come in several pieces and are not whole yet, and of those held longer. */
    private final AtomicLong openBytes = new AtomicLong();

    public BodyCollector(int maxBytes, long maxOpenBytes) {
        this.maxBytes = maxBytes;
        this.maxOpenBytes = maxOpenBytes;
        this.tooLarge = Problem.of(413, "expected a body of at most " + maxBytes + " bytes");
    }

    /** The bytes; empty when there were none. */
    public static byte[] of(RoutingContext context) {
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
                problem -> context.fail(problem.refused()));
    }

    /** Counts a whole body that stays in memory; false when there are too many bytes already. */
    public boolean hold(int bytes) {
        if (openBytes.addAndGet(bytes) > maxOpenBytes) {
            openBytes.addAndGet(-bytes);
            return false;
        }
        return true;
    }

    /** What {@link #hold} counted is no more. */
    public void letGo(int bytes) {
        openBytes.addAndGet(-bytes);
    }

    /** Calls back once: with the whole body, or with what is wrong with it. */
    public void gather(HttpServerRequest request, Consumer<byte[]> whole, Consumer<Problem> refused) {
        long told = told(request);
        String encoding = request.getHeader(HttpHeaders.CONTENT_ENCODING);
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            // it could become anything
            refused.accept(Problem.field("Content-Encoding", encoding, "expected a body as it is, without an encoding")
                    .as(415));
            return;
        }
        if (told > maxBytes) {
            refused.accept(tooLarge);
            return;
        }
        Gathering gathering = new Gathering(request, (int) told);
        request.handler(chunk -> {
            Problem problem = gathering.add(chunk);
            if (problem != null) {
                refused.accept(problem);
            }
        });
        request.endHandler(end -> {
            if (!gathering.isRefused) {
                byte[] body = gathering.whole();
                gathering.release();
                whole.accept(body);
            }
        });
        if ("100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT))) {
            request.response().writeContinue();
        }
    }

    /** Most bodies come in one piece, which is copied once. What others need is counted until they are whole, or given up. */
    private final class Gathering {
        private static final int AHEAD = 4;

        private final HttpServerRequest request;
        private final int told;
        private @Nullable Buffer only;
        private byte[] pieces = {};
        private int length;
        private boolean isRefused;

        /** @param told how long it says it will be; 0 when it does not */
        Gathering(HttpServerRequest request, int told) {
            this.request = request;
            this.told = told == 0 ? maxBytes : told;
        }

        /** What is wrong with the body as of this piece; null when nothing is, or it was told before. */
        @Nullable
        Problem add(Buffer piece) {
            if (isRefused) {
                return null;
            }
            int before = length;
            if (before + piece.length() > maxBytes) {
                return refuse(tooLarge);
            }
            length += piece.length();
            if (before == 0) {
                only = piece;
                return null;
            }
            if (!reserve()) {
                return refuse(BUSY);
            }
            if (only != null) {
                request.exceptionHandler(gone -> giveUp());
                // by who waits for it no longer
                request.response().endHandler(answered -> giveUp());
                only.getBytes(pieces);
                only = null;
            }
            piece.getBytes(pieces, before);
            return null;
        }

        /** Some room ahead, but no more than it says it needs. */
        private boolean reserve() {
            if (length <= pieces.length) {
                return true;
            }
            int size = Math.max(length, (int) Math.min(told, (long) AHEAD * length));
            if (!hold(size - pieces.length)) {
                return false;
            }
            pieces = Arrays.copyOf(pieces, size);
            return true;
        }

        byte[] whole() {
            if (only != null) {
                return only.getBytes();
            }
            return length == pieces.length ? pieces : Arrays.copyOf(pieces, length);
        }

        private Problem refuse(Problem problem) {
            giveUp();
            return problem;
        }

        private void giveUp() {
            isRefused = true;
            release();
        }

        void release() {
            letGo(pieces.length);
            pieces = new byte[0];
            only = null;
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
