package io.kurier.ingest;

import io.kurier.deliverylog.DeadLetterView;
import io.kurier.deliverylog.QuarantineView;
import io.kurier.ingest.access.ApiKeyAuth;
import io.kurier.ingest.config.IngestApiConfig;
import io.kurier.ingest.control.GoneWebhookDisabler;
import io.kurier.ingest.control.KeyUses;
import io.kurier.ingest.control.ReplayOrders;
import io.kurier.ingest.control.SecretReencryption;
import io.kurier.ingest.control.TenantChanges;
import io.kurier.ingest.control.WebhookChanges;
import io.kurier.ingest.eventtypes.EventTypeChanges;
import io.kurier.ingest.eventtypes.EventTypeRoutes;
import io.kurier.ingest.eventtypes.EventTypes;
import io.kurier.ingest.http.AllowedMethods;
import io.kurier.ingest.http.BodyCollector;
import io.kurier.ingest.http.BodyDeadline;
import io.kurier.ingest.http.ConnectionLimit;
import io.kurier.ingest.http.ContractRoutes;
import io.kurier.ingest.http.Cors;
import io.kurier.ingest.http.HttpResponses;
import io.kurier.ingest.http.InvalidRequestHandler;
import io.kurier.ingest.http.Problem;
import io.kurier.ingest.http.Routes;
import io.kurier.ingest.publish.EventAppender;
import io.kurier.ingest.publish.EventRoutes;
import io.kurier.ingest.publish.PublishFastPath;
import io.kurier.ingest.publish.SchemaCheckPool;
import io.kurier.ingest.recovery.DeadLetterRoutes;
import io.kurier.ingest.recovery.QuarantineRoutes;
import io.kurier.ingest.recovery.ReplayRoutes;
import io.kurier.ingest.tenants.KeyRoutes;
import io.kurier.ingest.tenants.TenantDeletion;
import io.kurier.ingest.tenants.TenantRoutes;
import io.kurier.ingest.webhooks.SigningRoutes;
import io.kurier.ingest.webhooks.WebhookRoutes;
import io.kurier.ingest.webhooks.file.WebhookFileWatch;
import io.kurier.ingest.webhooks.testing.TestRoutes;
import io.kurier.ingest.webhooks.testing.TestSender;
import io.kurier.runtime.KurierRuntime;
import io.kurier.runtime.Part;
import io.kurier.runtime.config.Settings;
import io.kurier.runtime.control.ControlWriter;
import io.kurier.runtime.health.Check;
import io.kurier.runtime.health.Health;
import io.kurier.schemas.DeadLetter;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The API. Any number may run; each control topic has one writer among them at a time. */
public final class IngestApi implements Part {
    private static final Logger log = LoggerFactory.getLogger(IngestApi.class);
    private static final Duration RESEALING = Duration.ofSeconds(30);
    private static final int DRAIN_SECONDS = 5;
    private static final String PROMETHEUS_TEXT = "text/plain; version=0.0.4; charset=utf-8";

    private final KurierRuntime runtime;
    private final IngestApiConfig config;
    private final EventAppender events;
    private final DeadLetterView deadLetters;
    private final QuarantineView quarantine;
    private final ControlWriter webhookWriter;
    private final ControlWriter replayWriter;
    private final ControlWriter eventTypeWriter;
    private final ControlWriter tenantWriter;
    private final WebhookChanges changes;
    private final TenantChanges tenantChanges;
    private final KeyUses keyUses;
    private final Routes routes = new Routes();
    private final GoneWebhookDisabler goneReceivers;
    private final SecretReencryption resealing;
    private final TestSender testSender;
    private final WebhookFileWatch webhookFile;
    private final Vertx vertx;
    private final List<HttpServer> servers = new ArrayList<>();
    private final ConnectionLimit connections;
    private Health health = new Health(this::allChecks);
    private volatile boolean listening;

    public IngestApi(KurierRuntime runtime, IngestApiConfig config, Settings settings) {
        this.runtime = runtime;
        this.config = config;
        this.events = new EventAppender(runtime);
        this.deadLetters = new DeadLetterView(
                runtime.kafka(),
                runtime.topics(),
                runtime.codec(DeadLetter.class),
                runtime.metrics(),
                runtime.clock(),
                settings);
        this.quarantine =
                new QuarantineView(runtime.kafka(), runtime.topics(), runtime.metrics(), runtime.clock(), settings);
        this.webhookWriter = new ControlWriter(
                runtime.kafka(), runtime.tables(), runtime.topics().webhooks());
        this.replayWriter = new ControlWriter(
                runtime.kafka(), runtime.tables(), runtime.topics().replays());
        this.eventTypeWriter = new ControlWriter(
                runtime.kafka(), runtime.tables(), runtime.topics().eventTypes());
        this.tenantWriter = new ControlWriter(
                runtime.kafka(), runtime.tables(), runtime.topics().tenants());
        this.changes =
                new WebhookChanges(runtime, webhookWriter, config.access().webhooks());
        this.tenantChanges = new TenantChanges(runtime, tenantWriter);
        this.keyUses = new KeyUses(runtime, tenantChanges);
        this.goneReceivers = new GoneWebhookDisabler(runtime, changes);
        this.resealing = new SecretReencryption(runtime, changes);
        this.testSender = new TestSender(config.testDeliveries());
        this.webhookFile =
                new WebhookFileWatch(runtime, webhookWriter, new ReplayOrders(runtime, replayWriter), config);
        this.connections = new ConnectionLimit(config.http().maxConnections(), runtime.metrics());
        int loops = Runtime.getRuntime().availableProcessors();
        this.vertx =
                Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(loops));
    }

    /** Health then covers these checks too: of the other parts in the process. */
    public IngestApi alsoChecking(Supplier<List<Check>> others) {
        health = new Health(() -> {
            List<Check> checks = new ArrayList<>(allChecks());
            checks.addAll(others.get());
            return checks;
        });
        return this;
    }

    private List<Check> allChecks() {
        List<Check> checks = new ArrayList<>(runtime.health());
        checks.addAll(health());
        return checks;
    }

    /**
     * Listens; returns when it does.
     *
     * @throws IllegalStateException when the address is taken
     */
    public IngestApi start() {
        events.open();
        goneReceivers.start();
        keyUses.start();
        resealing.start(RESEALING);
        webhookFile.start();
        Handler<HttpServerRequest> door = door();
        HttpServerOptions options = new HttpServerOptions()
                .setHost(config.listen().host())
                .setPort(config.listen().port())
                .setIdleTimeout((int) config.http().idleTimeout().toMillis())
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
                .setMaxInitialLineLength(config.http().maxLineBytes())
                .setMaxHeaderSize(config.http().maxHeaderBytes())
                // its streams and heads would need bounds of their own, and no caller here gains by it
                .setHttp2ClearTextEnabled(false)
                .setPerFrameWebSocketCompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(false)
                .setTcpNoDelay(true);
        // a free port is chosen once, so only one server may choose
        int instances = config.listen().port() == 0 ? 1 : Runtime.getRuntime().availableProcessors();
        try {
            vertx.deployVerticle(() -> new Listener(door, options), new DeploymentOptions().setInstances(instances))
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(30, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException(
                    "cannot listen on " + IngestApiConfig.LISTEN + "=" + config.listen() + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while starting", e);
        }
        listening = true;
        log.info("the API listens on http://{}:{}", config.listen().host(), port());
        return this;
    }

    public int port() {
        synchronized (servers) {
            return servers.get(0).actualPort();
        }
    }

    private final class Listener extends VerticleBase {
        private final Handler<HttpServerRequest> door;
        private final HttpServerOptions options;

        Listener(Handler<HttpServerRequest> door, HttpServerOptions options) {
            this.door = door;
            this.options = options;
        }

        @Override
        public Future<?> start() {
            HttpServer server = vertx.createHttpServer(options)
                    .connectionHandler(connections)
                    .requestHandler(new BodyDeadline(vertx, config.http().bodyTimeout(), door))
                    .invalidRequestHandler(new InvalidRequestHandler(config.http()));
            synchronized (servers) {
                servers.add(server);
            }
            return server.listen();
        }
    }

    private Handler<HttpServerRequest> door() {
        Router router = Router.router(vertx);
        ApiKeyAuth access = new ApiKeyAuth(runtime, config, keyUses);
        BodyCollector body =
                new BodyCollector(config.http().maxBodyBytes(), config.http().maxOpenBodyBytes());
        EventTypes types = new EventTypes(runtime.eventTypes(), tenant -> runtime.tenants()
                .get(tenant)
                .map(found -> found.strictEventTypesOr(config.strictEventTypes()))
                .orElse(config.strictEventTypes()));
        EventRoutes publishing = new EventRoutes(runtime, events, types, new SchemaCheckPool(vertx, body), config);
        declare(publishing);
        boolean asksForOrigins = !config.access().corsOrigins().isEmpty();
        if (asksForOrigins) {
            router.route("/api/*").handler(new Cors(config.access().corsOrigins()));
        }
        routes.mount(router, access, body);
        router.route().failureHandler(this::failed);
        answerErrors(router);
        routes.checkComplete(router);
        return new PublishFastPath(router, access, asksForOrigins, body, publishing);
    }

    /** Every route there is, with the role it needs. */
    private void declare(EventRoutes publishing) {
        routes.open(HttpMethod.GET, "/health/live", context -> HttpResponses.json(context, 200, "{\"status\":\"ok\"}"));
        routes.open(HttpMethod.GET, "/health/ready", context -> {
            Health.Report report = health.look();
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
        new SigningRoutes(runtime).mount(routes);
        publishing.mount(routes);
        new EventTypeRoutes(runtime, eventTypeWriter).mount(routes);
        ReplayOrders orders = new ReplayOrders(runtime, replayWriter);
        new TestRoutes(runtime, testSender, config).mount(routes);
        new WebhookRoutes(runtime, changes, orders, config).mount(routes);
        new DeadLetterRoutes(deadLetters).mount(routes);
        new QuarantineRoutes(runtime, quarantine).mount(routes);
        new ReplayRoutes(runtime, orders, config.replayRate()).mount(routes);
        TenantDeletion deletion = new TenantDeletion(
                tenantChanges, new EventTypeChanges(runtime, eventTypeWriter), changes, orders, config.replayRate());
        new TenantRoutes(runtime, tenantChanges, deletion).mount(routes);
        new KeyRoutes(runtime, tenantChanges, keyUses).mount(routes);
    }

    /** What {@link #start} declared. */
    Routes routes() {
        return routes;
    }

    private static void answerErrors(Router router) {
        router.errorHandler(
                400, context -> HttpResponses.problem(context, Problem.of(400, "expected a request that HTTP allows")));
        router.errorHandler(
                404,
                context -> HttpResponses.problem(
                        context,
                        Problem.of(
                                404,
                                "there is nothing at " + context.request().method() + " "
                                        + Problem.shortened(context.normalizedPath()))));
        router.errorHandler(405, context -> {
            String path = context.normalizedPath();
            context.response().putHeader("allow", AllowedMethods.of(router, path));
            HttpResponses.problem(
                    context,
                    Problem.of(405, context.request().method() + " is not possible at " + Problem.shortened(path)));
        });
    }

    private void failed(RoutingContext context) {
        Throwable failure = context.failure();
        if (failure instanceof Problem.RefusedException refused) {
            HttpResponses.problem(context, refused.problem());
        } else if (failure instanceof HttpException http && http.getStatusCode() != 500) {
            context.next();
        } else if (failure == null) {
            context.next();
        } else if (context.request().authority() == null) {
            // the router works out no URI without one, and HTTP/1.1 wants one
            HttpResponses.problem(context, Problem.of(400, "expected a Host header"));
        } else {
            log.error("{} {} failed", context.request().method(), context.normalizedPath(), failure);
            HttpResponses.problem(context, Problem.FAULT);
        }
    }

    @Override
    public List<Check> health() {
        List<Check> checks = new ArrayList<>(deadLetters.health());
        checks.addAll(quarantine.health());
        checks.add(new Check("http", listening, listening ? "listening" : "not listening"));
        return checks;
    }

    @Override
    public CompletableFuture<Void> failure() {
        CompletableFuture<Void> any = new CompletableFuture<>();
        for (Part view : List.of(deadLetters, quarantine)) {
            view.failure().whenComplete((ignored, cause) -> any.completeExceptionally(cause));
        }
        return any;
    }

    /** Requests at hand are answered, new ones refused; then Kafka's clients close. */
    @Override
    public void close() {
        listening = false;
        List<HttpServer> open;
        synchronized (servers) {
            open = List.copyOf(servers);
        }
        open.forEach(server -> await(server.shutdown(DRAIN_SECONDS, TimeUnit.SECONDS)));
        await(vertx.close());
        goneReceivers.close();
        keyUses.close();
        resealing.close();
        testSender.close();
        webhookFile.close();
        events.close();
        webhookWriter.close();
        replayWriter.close();
        eventTypeWriter.close();
        tenantWriter.close();
        deadLetters.close();
        quarantine.close();
    }

    private static void await(Future<Void> closing) {
        try {
            closing.toCompletionStage().toCompletableFuture().get(DRAIN_SECONDS + 5L, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            log.warn("closing took too long: {}", e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
