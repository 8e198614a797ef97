package io.kurier.ingest;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets {@code POST /api/v1/events} without a query past the router, which costs more than publishing itself; everything
 * else is the router's. Event loops.
 */
final class PublishDoor implements Handler<HttpServerRequest> {
    private static final Logger log = LoggerFactory.getLogger(PublishDoor.class);

    private final Router router;
    private final OperatorKey key;
    private final WholeBody body;
    private final EventRoutes events;

    PublishDoor(Router router, OperatorKey key, WholeBody body, EventRoutes events) {
        this.router = router;
        this.key = key;
        this.body = body;
        this.events = events;
    }

    @Override
    public void handle(HttpServerRequest request) {
        boolean isPlain = HttpMethod.POST.equals(request.method())
                && request.uri().equals(EventRoutes.PATH)
                && request.getHeader(HttpHeaders.HOST) != null;
        if (!isPlain) {
            router.handle(request);
        } else if (key.isGiven(request)) {
            HttpServerResponse response = request.response();
            body.gather(request, whole -> publish(request, whole), problem -> Answers.problem(response, problem));
        }
    }

    private void publish(HttpServerRequest request, byte[] whole) {
        HttpServerResponse response = request.response();
        try {
            events.publish(request, whole, Answers.DEFAULT_TENANT);
        } catch (Problem.RefusedException e) {
            Answers.problem(response, e.problem());
        } catch (RuntimeException e) {
            log.error("publishing failed", e);
            Answers.problem(response, Problem.FAULT);
        }
    }
}
