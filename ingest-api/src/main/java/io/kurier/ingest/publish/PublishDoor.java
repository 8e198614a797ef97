package io.kurier.ingest.publish;

import io.kurier.ingest.access.Access;
import io.kurier.ingest.http.Answers;
import io.kurier.ingest.http.KeyHolder;
import io.kurier.ingest.http.Problem;
import io.kurier.ingest.http.WholeBody;
import io.kurier.model.tenant.Role;
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
public final class PublishDoor implements Handler<HttpServerRequest> {
    private static final Logger log = LoggerFactory.getLogger(PublishDoor.class);

    private final Router router;
    private final Access access;
    private final boolean asksForOrigins;
    private final WholeBody body;
    private final EventRoutes events;

    /** @param asksForOrigins whether requests of pages elsewhere need the router's headers */
    public PublishDoor(Router router, Access access, boolean asksForOrigins, WholeBody body, EventRoutes events) {
        this.router = router;
        this.access = access;
        this.asksForOrigins = asksForOrigins;
        this.body = body;
        this.events = events;
    }

    @Override
    public void handle(HttpServerRequest request) {
        boolean isPlain = HttpMethod.POST.equals(request.method())
                && request.uri().equals(EventRoutes.PATH)
                && request.getHeader(HttpHeaders.HOST) != null
                && !(asksForOrigins && request.headers().contains(HttpHeaders.ORIGIN));
        if (!isPlain) {
            router.handle(request);
            return;
        }
        KeyHolder holder = access.holder(request);
        if (holder != null) {
            take(request, holder);
        }
    }

    private void take(HttpServerRequest request, KeyHolder holder) {
        HttpServerResponse response = request.response();
        if (!holder.may(Role.PUBLISH)) {
            Answers.problem(response, holder.refusal(Role.PUBLISH, EventRoutes.NAME));
            return;
        }
        body.gather(
                request,
                whole -> publish(request, whole, holder.tenant()),
                problem -> Answers.problem(response, problem));
    }

    private void publish(HttpServerRequest request, byte[] whole, String tenant) {
        HttpServerResponse response = request.response();
        try {
            events.publish(request, whole, tenant);
        } catch (Problem.RefusedException e) {
            Answers.problem(response, e.problem());
        } catch (RuntimeException e) {
            log.error("publishing failed", e);
            Answers.problem(response, Problem.FAULT);
        }
    }
}
