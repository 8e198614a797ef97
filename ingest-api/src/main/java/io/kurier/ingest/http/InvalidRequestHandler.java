package io.kurier.ingest.http;

import io.kurier.ingest.config.HttpConfig;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;

/**
 * Answers what is no HTTP request, or one beyond the bounds of its head, and closes its connection: nobody knows where the
 * next request begins. Event loops.
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
            return tooLong(414, "the request line is", bounds.maxLineBytes(), HttpConfig.MAX_LINE_BYTES);
        }
        if (cause instanceof TooLongHttpHeaderException) {
            return tooLong(431, "the headers are", bounds.maxHeaderBytes(), HttpConfig.MAX_HEADER_BYTES);
        }
        String coding = request.getHeader(HttpHeaders.TRANSFER_ENCODING);
        if (coding != null && request.headers().contains(HttpHeaders.CONTENT_LENGTH)) {
            return Problem.field("Transfer-Encoding", coding, "expected either it or Content-Length, not both");
        }
        String why = cause == null || cause.getMessage() == null ? "" : ": " + Problem.shortened(cause.getMessage());
        return Problem.of(400, "expected a request that HTTP allows" + why);
    }

    /** How long it would have become nobody has counted. */
    private static Problem tooLong(int status, String what, int most, String setting) {
        return Problem.of(status, what + " too long: expected at most " + most + " bytes (" + setting + ")");
    }
}
