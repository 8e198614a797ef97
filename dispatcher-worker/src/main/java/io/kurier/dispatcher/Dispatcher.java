package io.kurier.dispatcher;

import io.kurier.dispatcher.config.DispatcherConfig;
import io.kurier.dispatcher.decoding.EventDecoder;
import io.kurier.dispatcher.expression.ConditionFilter;
import io.kurier.dispatcher.expression.PayloadRenderer;
import io.kurier.dispatcher.intake.ConsumerLoop;
import io.kurier.dispatcher.intake.RecordDecoders;
import io.kurier.dispatcher.lane.PauseTolerantClock;
import io.kurier.dispatcher.offsets.PartitionAssignment;
import io.kurier.dispatcher.outcome.OutcomeCommitter;
import io.kurier.dispatcher.outcome.OutcomeRecords;
import io.kurier.runtime.KurierRuntime;
import io.kurier.runtime.Part;
import io.kurier.runtime.health.Check;
import io.kurier.runtime.transactions.TransactionalWriter;
import io.kurier.schemas.Attempt;
import io.kurier.schemas.CircuitRecord;
import io.kurier.schemas.DeadLetter;
import io.kurier.schemas.Delivery;
import io.kurier.sender.HttpSender;
import io.kurier.sender.SenderLoop;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The dispatcher worker. Any number share the work; each owns some partitions of {@code events} and {@code lanes}. */
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
    private final TransactionalWriter outbox;
    private final HttpSender sender;
    private final DispatchLoop engine;
    private final RecordDecoders decoders;
    private final List<ConsumerLoop> intakes = new CopyOnWriteArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile int uncommitted;
    private volatile boolean isBackedUp;
    private volatile int inFlight;
    private volatile int waiting;
    private volatile int openCircuits;

    public Dispatcher(KurierRuntime runtime, DispatcherConfig config) {
        this.runtime = runtime;
        this.config = config;
        this.outbox =
                new TransactionalWriter(runtime.kafka(), runtime.topics().named("dispatcher-worker"), runtime.clock());
        this.sender = new HttpSender(loop.transport(config.sender().egress()), config.sender());
        this.decoders = new RecordDecoders(runtime, new EventDecoder(runtime, config.registry()));
        OutcomeRecords outcomes = new OutcomeRecords(
                runtime.topics(),
                runtime.ladder(),
                new OutcomeRecords.Codecs(
                        runtime.codec(Attempt.class),
                        runtime.codec(Delivery.class),
                        runtime.codec(DeadLetter.class),
                        runtime.codec(CircuitRecord.class)));
        DispatchLoop.Tools tools = new DispatchLoop.Tools(
                config,
                runtime.clock(),
                new PauseTolerantClock(System::nanoTime),
                sender,
                outcomes,
                runtime.metrics(),
                runtime.tables()::unconfirmedFor,
                runtime.circuits()::get,
                runtime.tenants()::get);
        OutcomeCommitter committer =
                new OutcomeCommitter(loop, transactions, outbox, config.commitInterval(), this::fail);
        this.engine = new DispatchLoop(tools, runtime.ladder(), committer);
    }

    /** Joins the groups; returns at once. */
    public Dispatcher start() {
        runtime.webhooks().listen((id, webhook) -> {
            ConditionFilter.Condition when = ConditionFilter.compiled(webhook);
            PayloadRenderer.Rendering transform = PayloadRenderer.compiled(webhook);
            loop.execute(() -> engine.changed(id, webhook, when, transform));
        });
        runtime.tenants().listen(tenant -> loop.execute(() -> engine.changed(tenant)));
        loop.every(DispatchLoop.TURN, this::turn);
        gauge("kurier.attempts.in.flight", "Requests that wait for their answer", () -> inFlight);
        gauge("kurier.deliveries.waiting", "Deliveries that wait in this worker's memory", () -> waiting);
        gauge("kurier.circuits.open", "Webhooks whose circuit is open or half-open in this worker", () -> openCircuits);
        gauge(
                "kurier.outcomes.uncommitted",
                "Outcomes not committed yet; a crash now repeats their attempts",
                () -> uncommitted);
        gauge("kurier.partitions.waiting", "Partitions whose next record waits for its schema", () -> intakes.stream()
                .mapToInt(ConsumerLoop::waitingForSchema)
                .sum());
        intake(PartitionAssignment.Way.EVENTS, EVENTS_GROUP, runtime.topics().eventTopics(), decoders::event);
        intake(
                PartitionAssignment.Way.LANES,
                LANES_GROUP,
                List.of(runtime.topics().lanes()),
                decoders::delivery);
        return this;
    }

    private void intake(PartitionAssignment.Way way, String group, List<String> topics, ConsumerLoop.Decoder decoder) {
        ConsumerLoop.Setup setup = new ConsumerLoop.Setup(
                way,
                topics,
                config.maxOpenOffsets(),
                config.maxOpenBytes(),
                config.drainTimeout(),
                runtime.clock(),
                decoder,
                way == PartitionAssignment.Way.EVENTS ? config.idempotency() : null,
                () -> isBackedUp,
                this::fail);
        var consumer = runtime.kafka().member(runtime.topics().named(group), Map.of());
        ConsumerLoop intake = new ConsumerLoop(setup, consumer, engine, loop);
        intakes.add(intake);
        Thread thread = new Thread(intake, "dispatcher-" + way.name().toLowerCase(Locale.ROOT));
        threads.add(thread);
        thread.start();
    }

    private void turn() {
        engine.turn();
        uncommitted = engine.uncommitted();
        isBackedUp = engine.isBackedUp();
        inFlight = engine.inFlight();
        waiting = engine.waiting();
        openCircuits = engine.openCircuits();
    }

    private void gauge(String name, String description, Supplier<Number> value) {
        MeterRegistry metrics = runtime.metrics();
        Gauge.builder(name, value).description(description).register(metrics);
    }

    private void fail(Throwable cause) {
        if (failure.completeExceptionally(cause)) {
            log.error("the dispatcher worker stops without committing", cause);
            intakes.forEach(ConsumerLoop::stop);
        }
    }

    @Override
    public List<Check> health() {
        List<Check> checks = new ArrayList<>(outbox.health());
        intakes.forEach(intake -> checks.addAll(intake.health()));
        if (failure.isCompletedExceptionally()) {
            checks.add(new Check("dispatcher-worker", false, "stopped after a failure; see the log"));
        }
        return checks;
    }

    @Override
    public CompletableFuture<Void> failure() {
        return failure;
    }

    /** Hands every partition over: what is in flight ends or is left to the next owner, outcomes are committed. */
    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        intakes.forEach(ConsumerLoop::stop);
        try {
            for (Thread thread : threads) {
                thread.join(STOP.toMillis());
            }
            transactions.shutdown();
            outbox.close();
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
