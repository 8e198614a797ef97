package io.kurier.ingest.http;

import io.kurier.ingest.config.HttpConfig;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;

/**
 * Answers malformed HTTP, and requests with a head beyond its bounds, and then closes the connection: nothing tells where
 * the next request begins. Event loops.
 */
public final class InvalidRequestHandler implements Handler<HttpServerRequest> {
    private final HttpConfig bounds;

    public InvalidRequestHandler(HttpConfig bounds) {
        this.bounds = bounds;
    }

    @Override
    public void handle(HttpServerRequest request) {
        HttpServerResponse response = request.response();
        if (!response.headWritten()) {
            response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
            HttpResponses.problem(response, problem(request));
        }
        request.connection().close();
    }

    private Problem problem(HttpServerRequest request) {
        Throwable cause = request.decoderResult().cause();
        if (cause instanceof TooLongHttpLineException) {
            return tooLong(414, "the request line is too long", bounds.maxLineBytes(), HttpConfig.MAX_LINE_BYTES);
        }
        if (cause instanceof TooLongHttpHeaderException) {
            return tooLong(431, "the headers are too long", bounds.maxHeaderBytes(), HttpConfig.MAX_HEADER_BYTES);
        }
        String coding = request.getHeader(HttpHeaders.TRANSFER_ENCODING);
        if (coding != null && request.headers().contains(HttpHeaders.CONTENT_LENGTH)) {
            return Problem.field(
                    "Transfer-Encoding", coding, "expected either Transfer-Encoding or Content-Length, not both");
        }
        String why = cause == null || cause.getMessage() == null ? "" : ": " + Problem.shortened(cause.getMessage());
        return Problem.of(400, "the request is malformed" + why + "; expected well-formed HTTP (RFC 9112)");
    }

    /** Without the actual length: the server stopped reading at the bound. */
    private static Problem tooLong(int status, String what, int maxBytes, String setting) {
        return Problem.of(status, what + ": expected at most " + maxBytes + " bytes (" + setting + ")");
    }
}
