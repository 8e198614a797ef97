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
 * Handles {@code POST /api/v1/events} without a query directly, because the router costs more than publishing itself. All
 * other requests go to the router. Event loops.
 */
public final class PublishFastPath implements Handler<HttpServerRequest> {
    private static final Logger log = LoggerFactory.getLogger(PublishFastPath.class);

    private final Router router;
    private final ApiKeyAuth access;
    private final boolean isCorsEnabled;
    private final BodyCollector body;
    private final EventRoutes events;

    /** @param isCorsEnabled whether requests with an {@code Origin} need the CORS headers, which the router adds */
    public PublishFastPath(
            Router router, ApiKeyAuth access, boolean isCorsEnabled, BodyCollector body, EventRoutes events) {
        this.router = router;
        this.access = access;
        this.isCorsEnabled = isCorsEnabled;
        this.body = body;
        this.events = events;
    }

    @Override
    public void handle(HttpServerRequest request) {
        boolean isFastPath = HttpMethod.POST.equals(request.method())
                && request.uri().equals(EventRoutes.PATH)
                && request.getHeader(HttpHeaders.HOST) != null
                && !(isCorsEnabled && request.headers().contains(HttpHeaders.ORIGIN));
        if (!isFastPath) {
            router.handle(request);
            return;
        }
        Caller caller = access.authenticate(request);
        if (caller != null) {
            receive(request, caller);
        }
    }

    private void receive(HttpServerRequest request, Caller caller) {
        HttpServerResponse response = request.response();
        if (!caller.has(Role.PUBLISH)) {
            HttpResponses.problem(response, caller.missingRole(Role.PUBLISH, EventRoutes.NAME));
            return;
        }
        body.collect(
                request,
                bytes -> publish(request, bytes, caller.tenant()),
                problem -> HttpResponses.problem(response, problem));
    }

    private void publish(HttpServerRequest request, byte[] bytes, String tenant) {
        HttpServerResponse response = request.response();
        try {
            events.publish(request, bytes, tenant);
        } catch (Problem.RefusedException e) {
            HttpResponses.problem(response, e.problem());
        } catch (RuntimeException e) {
            log.error("Publishing failed; the request got a 500. This is a bug: please report it", e);
            HttpResponses.problem(response, Problem.FAULT);
        }
    }
}
