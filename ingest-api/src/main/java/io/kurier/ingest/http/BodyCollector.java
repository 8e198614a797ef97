package io.kurier.ingest.http;

import io.kurier.ingest.config.HttpConfig;
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
 * Reads the whole body of a request into memory before a route handles it. Two bounds apply: one per body, and one on all
 * bodies that are being received. The body is kept as bytes whatever its content type says: curl sends JSON as a form
 * unless told otherwise, and form fields must not become parameters. Event loops; the bound on all bodies is shared.
 */
public final class BodyCollector implements Handler<RoutingContext> {
    private static final String KEY = "body";

    private final int maxBytes;
    private final long maxOpenBytes;
    private final Problem tooLarge;
    private final Problem busy;
    /** Bytes of all bodies that arrive in several chunks and are incomplete, and of those that are reserved longer. */
    private final AtomicLong openBytes = new AtomicLong();

    /**
     * @param maxBytes of one body
     * @param maxOpenBytes of all bodies that are being received
     */
    public BodyCollector(int maxBytes, long maxOpenBytes) {
        this.maxBytes = maxBytes;
        this.maxOpenBytes = maxOpenBytes;
        this.tooLarge = Problem.of(
                413,
                "the request body is too large: expected at most " + maxBytes + " bytes (" + HttpConfig.MAX_BODY_BYTES
                        + ")");
        this.busy = Problem.of(
                503,
                "the API is receiving too many large request bodies: together they may have " + maxOpenBytes
                        + " bytes (" + HttpConfig.MAX_OPEN_BODY_BYTES + "). Retry later");
    }

    /** The body of the request, which {@link #handle} has read; empty if the request has none. */
    public static byte[] of(RoutingContext context) {
        byte[] body = context.get(KEY);
        return body == null ? new byte[0] : body;
    }

    @Override
    public void handle(RoutingContext context) {
        collect(
                context.request(),
                body -> {
                    context.put(KEY, body);
                    context.next();
                },
                problem -> context.fail(problem.refused()));
    }

    /**
     * Counts a complete body that stays in memory.
     *
     * @return false if the bound on all bodies is reached; nothing is counted then
     */
    public boolean reserve(int bytes) {
        if (openBytes.addAndGet(bytes) > maxOpenBytes) {
            openBytes.addAndGet(-bytes);
            return false;
        }
        return true;
    }

    /** Ends a reservation of {@link #reserve}. */
    public void release(int bytes) {
        openBytes.addAndGet(-bytes);
    }

    /** Calls exactly one of the consumers, once, on the event loop of the request; neither if the caller disconnects. */
    public void collect(HttpServerRequest request, Consumer<byte[]> onBody, Consumer<Problem> onRefusal) {
        long contentLength = contentLength(request);
        String encoding = request.getHeader(HttpHeaders.CONTENT_ENCODING);
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            // a compressed body could expand to any size
            onRefusal.accept(
                    Problem.field("Content-Encoding", encoding, "expected none: the API takes uncompressed bodies only")
                            .as(415));
            return;
        }
        if (contentLength > maxBytes) {
            onRefusal.accept(tooLarge);
            return;
        }
        BodyBuffer buffer = new BodyBuffer(request, (int) contentLength);
        request.handler(chunk -> {
            Problem problem = buffer.add(chunk);
            if (problem != null) {
                onRefusal.accept(problem);
            }
        });
        request.endHandler(end -> {
            if (!buffer.isAborted) {
                byte[] body = buffer.toBytes();
                buffer.free();
                onBody.accept(body);
            }
        });
        if ("100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT))) {
            request.response().writeContinue();
        }
    }

    /**
     * The body received so far. Most bodies are one chunk, which is copied once and not counted. The bytes of the others
     * are counted until the body is complete or aborted.
     */
    private final class BodyBuffer {
        private static final int GROWTH_FACTOR = 4;

        private final HttpServerRequest request;
        private final int expectedLength;
        private @Nullable Buffer onlyChunk;
        private byte[] bytes = {};
        private int length;
        private boolean isAborted;

        /** @param contentLength as the header says; 0 if there is none */
        BodyBuffer(HttpServerRequest request, int contentLength) {
            this.request = request;
            this.expectedLength = contentLength == 0 ? maxBytes : contentLength;
        }

        /** The problem that this chunk causes; null if there is none, or it was returned for an earlier chunk. */
        @Nullable
        Problem add(Buffer chunk) {
            if (isAborted) {
                return null;
            }
            int before = length;
            if (before + chunk.length() > maxBytes) {
                return refuse(tooLarge);
            }
            length += chunk.length();
            if (before == 0) {
                onlyChunk = chunk;
                return null;
            }
            if (!grow()) {
                return refuse(busy);
            }
            if (onlyChunk != null) {
                request.exceptionHandler(failure -> abort());
                // the request may be answered before its body is complete, for example with 408
                request.response().endHandler(answered -> abort());
                onlyChunk.getBytes(bytes);
                onlyChunk = null;
            }
            chunk.getBytes(bytes, before);
            return null;
        }

        /** Reserves room for the next chunks too, but never more than the request announces. */
        private boolean grow() {
            if (length <= bytes.length) {
                return true;
            }
            int size = Math.max(length, (int) Math.min(expectedLength, (long) GROWTH_FACTOR * length));
            if (!reserve(size - bytes.length)) {
                return false;
            }
            bytes = Arrays.copyOf(bytes, size);
            return true;
        }

        byte[] toBytes() {
            if (onlyChunk != null) {
                return onlyChunk.getBytes();
            }
            return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
        }

        private Problem refuse(Problem problem) {
            abort();
            return problem;
        }

        private void abort() {
            isAborted = true;
            free();
        }

        void free() {
            release(bytes.length);
            bytes = new byte[0];
            onlyChunk = null;
        }
    }

    private static long contentLength(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        try {
            return length == null ? 0 : Long.parseLong(length);
        } catch (NumberFormatException e) {
            return Long.MAX_VALUE;
        }
    }
}
