package io.kurier.ingest;

import io.kurier.deliverylog.DeadLetterView;
import io.kurier.deliverylog.QuarantineView;
import io.kurier.ingest.access.ApiKeyAuth;
import io.kurier.ingest.config.IngestApiConfig;
import io.kurier.ingest.eventtypes.EventTypeChanges;
import io.kurier.ingest.eventtypes.EventTypeRoutes;
import io.kurier.ingest.eventtypes.EventTypes;
import io.kurier.ingest.http.AllowedMethods;
import io.kurier.ingest.http.BodyCollector;
import io.kurier.ingest.http.ContractRoutes;
import io.kurier.ingest.http.Cors;
import io.kurier.ingest.http.HttpResponses;
import io.kurier.ingest.http.Problem;
import io.kurier.ingest.http.Routes;
import io.kurier.ingest.publish.AdHocReceivers;
import io.kurier.ingest.publish.EventAppender;
import io.kurier.ingest.publish.EventQuotas;
import io.kurier.ingest.publish.EventRoutes;
import io.kurier.ingest.publish.FanOutLimit;
import io.kurier.ingest.publish.PublishContexts;
import io.kurier.ingest.publish.PublishFastPath;
import io.kurier.ingest.publish.PublishMetrics;
import io.kurier.ingest.publish.SchemaCheckPool;
import io.kurier.ingest.recovery.DeadLetterRoutes;
import io.kurier.ingest.recovery.QuarantineRequeue;
import io.kurier.ingest.recovery.QuarantineRoutes;
import io.kurier.ingest.recovery.ReplayRoutes;
import io.kurier.ingest.tenants.KeyRoutes;
import io.kurier.ingest.tenants.TenantDeletion;
import io.kurier.ingest.tenants.TenantRoutes;
import io.kurier.ingest.webhooks.SigningRoutes;
import io.kurier.ingest.webhooks.WebhookJson;
import io.kurier.ingest.webhooks.WebhookReadRoutes;
import io.kurier.ingest.webhooks.WebhookRoutes;
import io.kurier.ingest.webhooks.WebhookStateRoutes;
import io.kurier.ingest.webhooks.WebhookView;
import io.kurier.ingest.webhooks.testing.TestRoutes;
import io.kurier.ingest.webhooks.testing.TestSender;
import io.kurier.model.webhook.WebhookCounts;
import io.kurier.runtime.KurierRuntime;
import io.kurier.runtime.health.Health;
import io.kurier.runtime.time.SystemRandom;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Wires every route of the API, with the role it needs, and the answers to requests that no route takes. */
final class ApiRoutes {
    private static final Logger log = LoggerFactory.getLogger(ApiRoutes.class);
    private static final String PROMETHEUS_TEXT = "text/plain; version=0.0.4; charset=utf-8";

    private final KurierRuntime runtime;
    private final IngestApiConfig config;
    private final ControlPlane control;
    private final WebhookView webhooks;
    private final WebhookJson webhookJson;
    private final Routes routes = new Routes();

    ApiRoutes(KurierRuntime runtime, IngestApiConfig config, ControlPlane control) {
        this.runtime = runtime;
        this.config = config;
        this.control = control;
        this.webhooks = new WebhookView(runtime.webhooks(), runtime.circuits(), runtime.clock());
        this.webhookJson = new WebhookJson(config.egress());
    }

    /** Routes that need no key. */
    ApiRoutes open(Supplier<Health> health) {
        routes.open(HttpMethod.GET, "/health/live", context -> HttpResponses.json(context, 200, "{\"status\":\"ok\"}"));
        routes.open(HttpMethod.GET, "/health/ready", context -> {
            Health.Report report = health.get().look();
            HttpResponses.json(context, report.ok() ? 200 : 503, report.json());
        });
        routes.open(
                HttpMethod.GET,
                "/metrics",
                context -> HttpResponses.send(
                        context.response(),
                        200,
                        PROMETHEUS_TEXT,
                        runtime.metrics().scrape()));
        new ContractRoutes().mount(routes);
        new SigningRoutes(runtime.webhooks(), runtime.clock()).mount(routes);
        return this;
    }

    /** Event types come before webhooks, one of whose routes would take their alias for the id of a webhook. */
    ApiRoutes eventTypesAndWebhooks(TestSender testSender) {
        new EventTypeRoutes(control.eventTypes, control.callers, runtime.clock()).mount(routes);
        new TestRoutes(
                        webhooks,
                        testSender,
                        webhookJson,
                        runtime.tenants(),
                        runtime.clock(),
                        new SystemRandom(),
                        config.maxEventBytes())
                .mount(routes);
        new WebhookReadRoutes(webhooks).mount(routes);
        new WebhookStateRoutes(webhooks, control.webhookChanges, control.orders).mount(routes);
        new WebhookRoutes(
                        webhooks,
                        control.webhookChanges,
                        webhookJson,
                        runtime.tenants(),
                        control.callers,
                        runtime.clock())
                .mount(routes);
        return this;
    }

    ApiRoutes recovery(DeadLetterView deadLetters, QuarantineView quarantine) {
        new DeadLetterRoutes(deadLetters).mount(routes);
        QuarantineRequeue requeue = new QuarantineRequeue(runtime.kafka(), runtime.topics(), runtime.clock());
        new QuarantineRoutes(runtime.topics(), quarantine, requeue).mount(routes);
        new ReplayRoutes(runtime.replays(), control.orders, runtime.clock(), config.replayRate()).mount(routes);
        return this;
    }

    ApiRoutes tenants() {
        TenantDeletion deletion = new TenantDeletion(
                control.tenantChanges,
                new EventTypeChanges(control.eventTypes),
                control.webhookChanges,
                runtime.clock());
        new TenantRoutes(runtime.tenants(), control.tenantChanges, deletion, runtime.clock()).mount(routes);
        new KeyRoutes(runtime.tenants(), control.tenantChanges, control.keyUses, runtime.keyHash(), runtime.clock())
                .mount(routes);
        return this;
    }

    /**
     * Adds the route of publishing and mounts all routes.
     *
     * @return handles every request; runs on event loops
     */
    Handler<HttpServerRequest> mount(Vertx vertx, EventAppender events) {
        Router router = Router.router(vertx);
        ApiKeyAuth access = new ApiKeyAuth(
                config,
                runtime.tenants(),
                runtime.keyHash(),
                runtime.tables()::unconfirmedFor,
                control.keyUses,
                runtime.clock());
        BodyCollector body =
                new BodyCollector(config.http().maxBodyBytes(), config.http().maxOpenBodyBytes());
        EventRoutes publishing = publishing(events, new SchemaCheckPool(vertx, body));
        publishing.mount(routes);
        boolean asksForOrigins = !config.access().corsOrigins().isEmpty();
        if (asksForOrigins) {
            router.route("/api/*").handler(new Cors(config.access().corsOrigins()));
        }
        routes.mount(router, access, body);
        router.route().failureHandler(ApiRoutes::failed);
        answerErrors(router);
        routes.checkComplete(router);
        return new PublishFastPath(router, access, asksForOrigins, body, publishing);
    }

    private EventRoutes publishing(EventAppender events, SchemaCheckPool checks) {
        EventTypes types = new EventTypes(runtime.eventTypes(), tenant -> runtime.tenants()
                .get(tenant)
                .map(found -> found.strictEventTypesOr(config.strictEventTypes()))
                .orElse(config.strictEventTypes()));
        WebhookCounts counts = new WebhookCounts();
        runtime.webhooks().listen(counts::put);
        AdHocReceivers receivers = new AdHocReceivers(
                runtime.tenants(),
                runtime.adHocWebhooks(),
                () -> runtime.tables().position(runtime.topics().tenants()),
                config.egress());
        PublishContexts contexts = new PublishContexts(
                control.webhooks.nextOffset(),
                runtime.clock(),
                new SystemRandom(),
                config.maxEventBytes(),
                types,
                receivers,
                new FanOutLimit(counts, config.maxFanOutBytes()));
        int eventsPerSecond = config.access().eventsPerSecond();
        EventQuotas quotas = new EventQuotas(
                tenant -> runtime.tenants()
                        .get(tenant)
                        .map(found -> found.quota().eventsPerSecondOr(eventsPerSecond))
                        .orElse(eventsPerSecond),
                runtime.clock()::nanoTime);
        return new EventRoutes(events, contexts, types, quotas, checks, new PublishMetrics(runtime.metrics()));
    }

    /** Every route declared so far. */
    Routes all() {
        return routes;
    }

    private static void answerErrors(Router router) {
        router.errorHandler(
                400, context -> HttpResponses.problem(context, Problem.of(400, "expected a valid HTTP request")));
        router.errorHandler(
                404,
                context -> HttpResponses.problem(
                        context,
                        Problem.of(
                                404,
                                "there is no route " + context.request().method() + " "
                                        + Problem.shortened(context.normalizedPath()))));
        router.errorHandler(405, context -> {
            String path = context.normalizedPath();
            String allowed = AllowedMethods.of(router, path);
            context.response().putHeader("allow", allowed);
            HttpResponses.problem(
                    context,
                    Problem.of(
                            405,
                            "the method " + context.request().method() + " is not allowed at " + Problem.shortened(path)
                                    + "; allowed: " + allowed));
        });
    }

    private static void failed(RoutingContext context) {
        Throwable failure = context.failure();
        if (failure instanceof Problem.RefusedException refused) {
            HttpResponses.problem(context, refused.problem());
        } else if (failure instanceof HttpException http && http.getStatusCode() != 500) {
            context.next();
        } else if (failure == null) {
            context.next();
        } else if (context.request().authority() == null) {
            // HTTP/1.1 requires the header, and the router fails to make a URI without it
            HttpResponses.problem(context, Problem.of(400, "expected a Host header"));
        } else {
            log.error("{} {} failed", context.request().method(), context.normalizedPath(), failure);
            HttpResponses.problem(context, Problem.FAULT);
        }
    }
}
