package io.kurier.standalone;

import io.kurier.broker.EmbeddedBroker;
import io.kurier.dispatcher.Dispatcher;
import io.kurier.dispatcher.config.DispatcherConfig;
import io.kurier.ingest.IngestApi;
import io.kurier.ingest.config.IngestApiConfig;
import io.kurier.runtime.KurierRuntime;
import io.kurier.runtime.Part;
import io.kurier.runtime.config.Settings;
import io.kurier.runtime.health.Check;
import io.kurier.scheduler.RetryScheduler;
import io.kurier.scheduler.config.RetrySchedulerConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** All parts of Kurier and an embedded broker in this JVM. Any thread may call it. */
public final class Installation implements Part {
    private final EmbeddedBroker broker;
    private final KurierRuntime runtime;
    private final RetryScheduler scheduler;
    private final Dispatcher dispatcher;
    private final IngestApi api;
    private final Settings settings;
    private final Path dataDir;

    /**
     * Starts the broker and every part; returns before they are ready, see {@link #health}.
     *
     * @param given settings by name, as in the environment
     * @throws io.kurier.runtime.config.BadSettingsException if settings are invalid
     * @throws io.kurier.broker.BrokerStartException if the broker cannot start
     */
    public static Installation start(Map<String, String> given) throws InterruptedException {
        return start(given, Map.of());
    }

    /**
     * The same with Kafka settings for the broker.
     *
     * @param brokerSettings Kafka broker settings that replace the embedded broker's defaults
     */
    public static Installation start(Map<String, String> given, Map<String, String> brokerSettings)
            throws InterruptedException {
        Settings own = StandaloneConfig.own(given);
        Path dataDir =
                Path.of(own.text(StandaloneConfig.DATA_DIR)).toAbsolutePath().normalize();
        try {
            Files.createDirectories(dataDir);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot create the data folder " + StandaloneConfig.DATA_DIR + "=" + dataDir + ": "
                            + e.getMessage(),
                    e);
        }
        // check every setting before anything starts; the address is replaced once the broker has a port
        StandaloneConfig.parts(given, dataDir, "127.0.0.1:9092");
        EmbeddedBroker broker =
                EmbeddedBroker.start(dataDir.resolve("kafka"), own.text(StandaloneConfig.KAFKA_LISTEN), brokerSettings);
        try {
            return new Installation(broker, StandaloneConfig.parts(given, dataDir, broker.bootstrapServers()), dataDir);
        } catch (RuntimeException | InterruptedException e) {
            broker.close();
            throw e;
        }
    }

    private Installation(EmbeddedBroker broker, Settings settings, Path dataDir) throws InterruptedException {
        this.broker = broker;
        this.settings = settings;
        this.dataDir = dataDir;
        this.runtime = KurierRuntime.start(settings);
        this.scheduler = new RetryScheduler(runtime, RetrySchedulerConfig.from(settings)).start();
        this.dispatcher = new Dispatcher(runtime, DispatcherConfig.from(settings)).start();
        this.api = new IngestApi(runtime, IngestApiConfig.from(settings), settings)
                .alsoChecking(this::otherChecks)
                .start();
    }

    private List<Check> otherChecks() {
        List<Check> checks = new ArrayList<>(dispatcher.health());
        checks.addAll(scheduler.health());
        return checks;
    }

    /** @return base URL of the API, without a path */
    public String url() {
        return "http://" + settings.hostPort(IngestApiConfig.LISTEN).host() + ":" + api.port();
    }

    public String operatorKey() {
        return settings.secret(IngestApiConfig.OPERATOR_KEY);
    }

    String bootstrapServers() {
        return broker.bootstrapServers();
    }

    public Path dataDir() {
        return dataDir;
    }

    public KurierRuntime runtime() {
        return runtime;
    }

    @Override
    public List<Check> health() {
        List<Check> checks = new ArrayList<>(otherChecks());
        checks.addAll(runtime.health());
        checks.addAll(api.health());
        return checks;
    }

    @Override
    public CompletableFuture<Void> failure() {
        CompletableFuture<Void> any = new CompletableFuture<>();
        for (Part part : List.of(api, dispatcher, scheduler)) {
            part.failure().whenComplete((ignored, cause) -> any.completeExceptionally(cause));
        }
        return any;
    }

    /** Stops in the data's order: first the API, so that no new event comes in, then the parts, then the broker. */
    @Override
    public void close() {
        api.close();
        dispatcher.close();
        scheduler.close();
        runtime.close();
        broker.close();
    }
}
