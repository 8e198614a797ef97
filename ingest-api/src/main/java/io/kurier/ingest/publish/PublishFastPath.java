package io.kurier.ingest.publish;

import io.kurier.ingest.access.ApiKeyAuth;
import io.kurier.ingest.http.BodyCollector;
import io.kurier.ingest.http.Caller;
import io.kurier.ingest.http.HttpResponses;
import io.kurier.ingest.http.Problem;
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
public final class PublishFastPath implements Handler<HttpServerRequest> {
    private static final Logger log = LoggerFactory.getLogger(PublishFastPath.class);

    private final Router router;
    private final ApiKeyAuth access;
    private final boolean asksForOrigins;
    private final BodyCollector body;
    private final EventRoutes events;

    /** @param asksForOrigins whether requests of pages elsewhere need the router's headers */
    public PublishFastPath(
            Router router, ApiKeyAuth access, boolean asksForOrigins, BodyCollector body, EventRoutes events) {
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
        Caller holder = access.authenticate(request);
        if (holder != null) {
            take(request, holder);
        }
    }

    private void take(HttpServerRequest request, Caller holder) {
        HttpServerResponse response = request.response();
        if (!holder.has(Role.PUBLISH)) {
            HttpResponses.problem(response, holder.missingRole(Role.PUBLISH, EventRoutes.NAME));
            return;
        }
        body.collect(
                request,
                whole -> publish(request, whole, holder.tenant()),
                problem -> HttpResponses.problem(response, problem));
    }

    private void publish(HttpServerRequest request, byte[] whole, String tenant) {
        HttpServerResponse response = request.response();
        try {
            events.publish(request, whole, tenant);
        } catch (Problem.RefusedException e) {
            HttpResponses.problem(response, e.problem());
        } catch (RuntimeException e) {
            log.error("publishing failed", e);
            HttpResponses.problem(response, Problem.FAULT);
        }
    }
}
