package io.kurier.ingest.http;

import io.kurier.ingest.config.HttpConfig;
import io.kurier.model.Durations;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Gives every request's body so long, from its head to its last byte, whoever reads it or drops it: one that trickles in
 * would keep its room and its connection for as long as its sender likes. Of one event loop.
 */
public final class BodyDeadline implements Handler<HttpServerRequest> {
    private final Vertx vertx;
    private final long timeoutMs;
    private final Problem tooSlow;
    private final Handler<HttpServerRequest> next;
    /** Those of this turn of the loop. */
    private final List<HttpServerRequest> fresh = new ArrayList<>();

    public BodyDeadline(Vertx vertx, Duration timeout, Handler<HttpServerRequest> next) {
        this.vertx = vertx;
        this.timeoutMs = timeout.toMillis();
        this.tooSlow = Problem.of(
                408,
                "the body did not come in time: expected its last byte within " + Durations.format(timeout)
                        + " of the request's head (" + HttpConfig.BODY_TIMEOUT + ")");
        this.next = next;
    }

    @Override
    public void handle(HttpServerRequest request) {
        next.handle(request);
        if (!request.isEnded() && mayHaveBody(request)) {
            // most bodies come right behind their heads, and need no timer
            fresh.add(request);
            if (fresh.size() == 1) {
                vertx.runOnContext(ignored -> watchFresh());
            }
        }
    }

    private void watchFresh() {
        List<HttpServerRequest> these = List.copyOf(fresh);
        fresh.clear();
        these.forEach(this::watch);
    }

    private static boolean mayHaveBody(HttpServerRequest request) {
        return request.headers().contains(HttpHeaders.CONTENT_LENGTH)
                || request.headers().contains(HttpHeaders.TRANSFER_ENCODING);
    }

    private void watch(HttpServerRequest request) {
        if (!request.isEnded()) {
            long timer = vertx.setTimer(timeoutMs, ignored -> end(request));
            request.end().onComplete(ended -> vertx.cancelTimer(timer));
        }
    }

    private void end(HttpServerRequest request) {
        HttpServerResponse response = request.response();
        if (!response.headWritten()) {
            response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
            HttpResponses.problem(response, tooSlow);
        }
        request.connection().close();
    }
}
