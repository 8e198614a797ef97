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
 * Limits the time from a request's head to the last byte of its body, whether a route reads the body or not. A body that
 * trickles in would otherwise keep its memory and its connection for as long as its sender likes. One instance per event
 * loop.
 */
public final class BodyDeadline implements Handler<HttpServerRequest> {
    private final Vertx vertx;
    private final long timeoutMs;
    private final Problem tooSlow;
    private final Handler<HttpServerRequest> next;
    /** Requests whose head arrived in this iteration of the event loop. */
    private final List<HttpServerRequest> newRequests = new ArrayList<>();

    /**
     * @param timeout from the end of the head to the end of the body
     * @param next handles every request first
     */
    public BodyDeadline(Vertx vertx, Duration timeout, Handler<HttpServerRequest> next) {
        this.vertx = vertx;
        this.timeoutMs = timeout.toMillis();
        this.tooSlow = Problem.of(
                408,
                "the request body arrived too slowly: expected its last byte within " + Durations.format(timeout)
                        + " of the request's head (" + HttpConfig.BODY_TIMEOUT + ")");
        this.next = next;
    }

    @Override
    public void handle(HttpServerRequest request) {
        next.handle(request);
        if (!request.isEnded() && mayHaveBody(request)) {
            // most bodies arrive together with their heads and need no timer
            newRequests.add(request);
            if (newRequests.size() == 1) {
                vertx.runOnContext(ignored -> startTimers());
            }
        }
    }

    private void startTimers() {
        List<HttpServerRequest> requests = List.copyOf(newRequests);
        newRequests.clear();
        requests.forEach(this::startTimer);
    }

    private static boolean mayHaveBody(HttpServerRequest request) {
        return request.headers().contains(HttpHeaders.CONTENT_LENGTH)
                || request.headers().contains(HttpHeaders.TRANSFER_ENCODING);
    }

    private void startTimer(HttpServerRequest request) {
        if (!request.isEnded()) {
            long timer = vertx.setTimer(timeoutMs, ignored -> abort(request));
            request.end().onComplete(ended -> vertx.cancelTimer(timer));
        }
    }

    private void abort(HttpServerRequest request) {
        HttpServerResponse response = request.response();
        if (!response.headWritten()) {
            response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
            HttpResponses.problem(response, tooSlow);
        }
        request.connection().close();
    }
}
