package io.kurier.ingest;

import io.kurier.deliverylog.DeadLetterView;
import io.kurier.deliverylog.QuarantineView;
import io.kurier.ingest.config.IngestApiConfig;
import io.kurier.ingest.http.BodyDeadline;
import io.kurier.ingest.http.ConnectionLimit;
import io.kurier.ingest.http.InvalidRequestHandler;
import io.kurier.ingest.http.Routes;
import io.kurier.ingest.publish.EventAppender;
import io.kurier.ingest.webhooks.testing.TestSender;
import io.kurier.runtime.KurierRuntime;
import io.kurier.runtime.Part;
import io.kurier.runtime.config.Settings;
import io.kurier.runtime.health.Check;
import io.kurier.runtime.health.Health;
import io.kurier.schemas.DeadLetter;
import io.kurier.schemas.Event;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP API: wiring and lifecycle. Any number of processes may run; at any time one of them is the writer of a control
 * topic. {@link #start} and {@link #close} are called by one thread.
 */
public final class IngestApi implements Part {
    private static final Logger log = LoggerFactory.getLogger(IngestApi.class);
    private static final int DRAIN_SECONDS = 5;

    private final KurierRuntime runtime;
    private final IngestApiConfig config;
    private final EventAppender events;
    private final DeadLetterView deadLetters;
    private final QuarantineView quarantine;
    private final ControlPlane control;
    private final ApiRoutes routes;
    private final TestSender testSender;
    private final Vertx vertx;
    private final List<HttpServer> servers = new ArrayList<>();
    private final ConnectionLimit connections;
    private Health health = new Health(this::allChecks);
    private volatile boolean listening;

    /** @param runtime started; closed by the caller after this */
    public IngestApi(KurierRuntime runtime, IngestApiConfig config, Settings settings) {
        this.runtime = runtime;
        this.config = config;
        this.events = new EventAppender(
                runtime.kafka().producer(EventAppender.PRODUCER_SETTINGS),
                runtime.topics().events(),
                runtime.codec(Event.class),
                runtime.clock());
        this.deadLetters = new DeadLetterView(
                runtime.kafka(),
                runtime.topics(),
                runtime.codec(DeadLetter.class),
                runtime.metrics(),
                runtime.clock(),
                settings);
        this.quarantine =
                new QuarantineView(runtime.kafka(), runtime.topics(), runtime.metrics(), runtime.clock(), settings);
        this.control = new ControlPlane(runtime, config);
        this.routes = new ApiRoutes(runtime, config, control);
        this.testSender = new TestSender(config.testDeliveries(), runtime.clock());
        this.connections = new ConnectionLimit(config.http().maxConnections(), runtime.metrics(), runtime.clock());
        int loops = Runtime.getRuntime().availableProcessors();
        this.vertx =
                Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(loops));
    }

    /** Adds the checks of the other parts in the process to the health that the API reports. Call it before {@link #start}. */
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
     * Returns when the API listens.
     *
     * @throws IllegalStateException if it cannot listen on its address
     * @throws org.apache.kafka.common.errors.TimeoutException if Kafka does not answer
     */
    public IngestApi start() {
        events.open();
        control.start();
        Handler<HttpServerRequest> requests = routes.open(() -> health)
                .eventTypesAndWebhooks(testSender)
                .recovery(deadLetters, quarantine)
                .tenants()
                .mount(vertx, events);
        HttpServerOptions options = new HttpServerOptions()
                .setHost(config.listen().host())
                .setPort(config.listen().port())
                .setIdleTimeout((int) config.http().idleTimeout().toMillis())
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
                .setMaxInitialLineLength(config.http().maxLineBytes())
                .setMaxHeaderSize(config.http().maxHeaderBytes())
                // streams and header blocks of HTTP/2 would need bounds of their own, and callers would gain nothing
                .setHttp2ClearTextEnabled(false)
                .setPerFrameWebSocketCompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(false)
                .setTcpNoDelay(true);
        // with port 0 every server would choose another free port
        int instances = config.listen().port() == 0 ? 1 : Runtime.getRuntime().availableProcessors();
        try {
            vertx.deployVerticle(() -> new Listener(requests, options), new DeploymentOptions().setInstances(instances))
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

    /** The port that the API listens on, once {@link #start} has returned. */
    public int port() {
        synchronized (servers) {
            return servers.get(0).actualPort();
        }
    }

    private final class Listener extends VerticleBase {
        private final Handler<HttpServerRequest> requests;
        private final HttpServerOptions options;

        Listener(Handler<HttpServerRequest> requests, HttpServerOptions options) {
            this.requests = requests;
            this.options = options;
        }

        @Override
        public Future<?> start() {
            HttpServer server = vertx.createHttpServer(options)
                    .connectionHandler(connections)
                    .requestHandler(new BodyDeadline(vertx, config.http().bodyTimeout(), requests))
                    .invalidRequestHandler(new InvalidRequestHandler(config.http()));
            synchronized (servers) {
                servers.add(server);
            }
            return server.listen();
        }
    }

    /** Every route, once {@link #start} has returned. */
    Routes routes() {
        return routes.all();
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

    /** Refuses new requests, lets running ones finish for up to 5 s, and then closes the Kafka clients. */
    @Override
    public void close() {
        listening = false;
        List<HttpServer> open;
        synchronized (servers) {
            open = List.copyOf(servers);
        }
        open.forEach(server -> await(server.shutdown(DRAIN_SECONDS, TimeUnit.SECONDS)));
        await(vertx.close());
        testSender.close();
        control.close();
        events.close();
        deadLetters.close();
        quarantine.close();
    }

    private static void await(Future<Void> closing) {
        try {
            closing.toCompletionStage().toCompletableFuture().get(DRAIN_SECONDS + 5L, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            log.warn("The HTTP server did not close within {} s: {}", DRAIN_SECONDS + 5, e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
