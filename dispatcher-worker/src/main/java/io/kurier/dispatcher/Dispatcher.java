package io.kurier.dispatcher;

import io.kurier.dispatcher.config.DispatcherConfig;
import io.kurier.dispatcher.decoding.EventDecoder;
import io.kurier.dispatcher.decoding.RegistrySchemas;
import io.kurier.dispatcher.expression.ConditionFilter;
import io.kurier.dispatcher.expression.PayloadRenderer;
import io.kurier.dispatcher.intake.Backpressure;
import io.kurier.dispatcher.intake.ConsumerLoop;
import io.kurier.dispatcher.intake.RecordDecoder;
import io.kurier.dispatcher.intake.RecordDecoders;
import io.kurier.dispatcher.intake.TableProgress;
import io.kurier.dispatcher.offsets.PartitionAssignment;
import io.kurier.dispatcher.outcome.OutcomeRecords;
import io.kurier.dispatcher.waiting.WaitCounts;
import io.kurier.dispatcher.waiting.WaitReason;
import io.kurier.runtime.KurierRuntime;
import io.kurier.runtime.Part;
import io.kurier.runtime.control.ControlTables;
import io.kurier.runtime.health.Check;
import io.kurier.runtime.transactions.BatchWriter;
import io.kurier.runtime.transactions.TransactionalWriter;
import io.kurier.schemas.Attempt;
import io.kurier.schemas.CircuitRecord;
import io.kurier.schemas.DeadLetter;
import io.kurier.schemas.Delivery;
import io.kurier.schemas.Event;
import io.kurier.schemas.registry.RegistryClient;
import io.kurier.sender.HttpSender;
import io.kurier.sender.RequestSender;
import io.kurier.sender.SenderLoop;
import io.micrometer.core.instrument.Gauge;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The dispatcher worker: wiring and lifecycle. Any number of workers share the load; each owns some partitions of
 * {@code events} and {@code lanes}.
 */
public final class Dispatcher implements Part {
    /** Consumer groups, behind the topic prefix. */
    public static final String EVENTS_GROUP = "dispatcher-worker.events";

    public static final String LANES_GROUP = "dispatcher-worker.lanes";

    private static final Logger log = LoggerFactory.getLogger(Dispatcher.class);
    private static final Duration STOP = Duration.ofSeconds(30);

    private final KurierRuntime runtime;
    private final DispatcherConfig config;
    private final CompletableFuture<Void> failure = new CompletableFuture<>();
    private final SenderLoop loop = new SenderLoop("dispatcher-loop", this::fail);
    private final ExecutorService transactions =
            Executors.newSingleThreadExecutor(task -> new Thread(task, "dispatcher-transactions"));
    private final BatchWriter writer;
    private final RequestSender sender;
    private final DispatchLoop dispatchLoop;
    private final RecordDecoders decoders;
    private final List<ConsumerLoop> consumers = new CopyOnWriteArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile int uncommitted;
    private volatile boolean isBackedUp;
    private volatile int inFlight;
    private volatile WaitCounts waiting = new WaitCounts();
    private volatile int openCircuits;

    public Dispatcher(KurierRuntime runtime, DispatcherConfig config) {
        this.runtime = runtime;
        this.config = config;
        this.writer =
                new TransactionalWriter(runtime.kafka(), runtime.topics().named("dispatcher-worker"), runtime.clock());
        this.sender = new HttpSender(loop.transport(config.sender().egress()), config.sender(), runtime.clock());
        this.decoders = newDecoders();
        this.dispatchLoop = DispatchLoopFactory.newLoop(
                config,
                runtime.retryTiers(),
                newOutcomeRecords(),
                new DispatchLoopFactory.Tables(
                        runtime.tables()::unconfirmedFor, runtime.circuits()::get, runtime.tenants()::get),
                new DispatchLoopFactory.Surroundings(
                        runtime.clock(),
                        RandomGenerator.getDefault(),
                        sender,
                        writer,
                        loop,
                        transactions,
                        this::fail,
                        runtime.metrics()));
    }

    private RecordDecoders newDecoders() {
        RegistrySchemas registry = config.registry() == null
                ? null
                : new RegistrySchemas(
                        new RegistryClient(config.registry()), runtime.clock()::nanoTime, runtime.metrics());
        return new RecordDecoders(
                new EventDecoder(runtime.topics(), runtime.codec(Event.class), registry),
                runtime.codec(Delivery.class),
                runtime.adHocWebhooks(),
                progress(runtime.tables()),
                runtime.topics(),
                runtime.clock());
    }

    private static TableProgress progress(ControlTables tables) {
        return new TableProgress() {
            @Override
            public boolean await(String topic, long offset, Duration limit) throws InterruptedException {
                return tables.await(topic, offset, limit);
            }

            @Override
            public long position(String topic) {
                return tables.position(topic);
            }
        };
    }

    private OutcomeRecords newOutcomeRecords() {
        return new OutcomeRecords(
                runtime.topics(),
                runtime.retryTiers(),
                new OutcomeRecords.Codecs(
                        runtime.codec(Attempt.class),
                        runtime.codec(Delivery.class),
                        runtime.codec(DeadLetter.class),
                        runtime.codec(CircuitRecord.class)));
    }

    /** Joins the groups; returns at once. */
    public Dispatcher start() {
        runtime.webhooks().listen((id, webhook) -> {
            ConditionFilter.CompiledCondition when = ConditionFilter.compiled(webhook, runtime.clock()::nanoTime);
            PayloadRenderer.Rendering transform = PayloadRenderer.compiled(webhook, runtime.clock()::nanoTime);
            loop.execute(() -> dispatchLoop.webhookChanged(id, webhook, when, transform));
        });
        runtime.tenants().listen(tenant -> loop.execute(() -> dispatchLoop.tenantChanged(tenant)));
        loop.every(DispatchLoop.TURN, this::turn);
        registerGauges();
        consume(PartitionAssignment.Path.EVENTS, EVENTS_GROUP, runtime.topics().eventTopics(), decoders::event);
        consume(
                PartitionAssignment.Path.LANES,
                LANES_GROUP,
                List.of(runtime.topics().lanes()),
                decoders::delivery);
        return this;
    }

    private void registerGauges() {
        gauge("kurier.attempts.in.flight", "Requests that wait for their response", () -> inFlight);
        for (WaitReason reason : WaitReason.values()) {
            Gauge.builder("kurier.deliveries.waiting", () -> waiting.of(reason))
                    .description("Deliveries that wait in this worker's memory, by the reason they wait for")
                    .tag("reason", reason.label())
                    .register(runtime.metrics());
        }
        gauge("kurier.circuits.open", "Webhooks whose circuit is open or half-open in this worker", () -> openCircuits);
        gauge(
                "kurier.outcomes.uncommitted",
                "Records of outcomes that are not committed yet; a crash now repeats their attempts",
                () -> uncommitted);
        gauge("kurier.partitions.waiting", "Partitions whose next record waits for its schema", () -> consumers.stream()
                .mapToInt(ConsumerLoop::waitingForSchema)
                .sum());
    }

    private void gauge(String name, String description, Supplier<Number> value) {
        Gauge.builder(name, value).description(description).register(runtime.metrics());
    }

    private void consume(PartitionAssignment.Path path, String group, List<String> topics, RecordDecoder decoder) {
        ConsumerLoop.Setup setup = new ConsumerLoop.Setup(
                path,
                topics,
                config.drainTimeout(),
                runtime.clock(),
                decoder,
                path == PartitionAssignment.Path.EVENTS ? config.idempotency() : null,
                new Backpressure(
                        config.maxOpenOffsets(), config.maxOpenBytes(), () -> isBackedUp, runtime.clock()::nanoTime),
                this::fail);
        var consumer = runtime.kafka().member(runtime.topics().named(group), Map.of());
        ConsumerLoop consumerLoop = new ConsumerLoop(setup, consumer, dispatchLoop, loop);
        consumers.add(consumerLoop);
        Thread thread = new Thread(consumerLoop, "dispatcher-" + path.name().toLowerCase(Locale.ROOT));
        threads.add(thread);
        thread.start();
    }

    private void turn() {
        dispatchLoop.turn();
        uncommitted = dispatchLoop.uncommitted();
        isBackedUp = dispatchLoop.isBackedUp();
        inFlight = dispatchLoop.inFlight();
        waiting = dispatchLoop.waiting();
        openCircuits = dispatchLoop.openCircuits();
    }

    private void fail(Throwable cause) {
        if (failure.completeExceptionally(cause)) {
            log.error(
                    "The dispatcher worker failed and stops without committing. Restart it; it repeats uncommitted attempts.",
                    cause);
            consumers.forEach(ConsumerLoop::stop);
        }
    }

    @Override
    public List<Check> health() {
        List<Check> checks = new ArrayList<>(writer.health());
        consumers.forEach(consumer -> checks.addAll(consumer.health()));
        if (failure.isCompletedExceptionally()) {
            checks.add(new Check("dispatcher-worker", false, "stopped after a failure; see the log"));
        }
        return checks;
    }

    @Override
    public CompletableFuture<Void> failure() {
        return failure;
    }

    /** Hands every partition over: attempts in flight end or are left to the next owner, outcomes are committed. */
    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        consumers.forEach(ConsumerLoop::stop);
        try {
            for (Thread thread : threads) {
                thread.join(STOP.toMillis());
            }
            transactions.shutdown();
            writer.close();
            if (!transactions.awaitTermination(5, TimeUnit.SECONDS)) {
                transactions.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        decoders.close();
        loop.execute(sender::close);
        loop.close();
    }
}
