package io.kurier.dispatcher;

import io.kurier.dispatcher.expression.ConditionFilter;
import io.kurier.dispatcher.expression.PayloadRenderer;
import io.kurier.dispatcher.intake.DecodedRecord;
import io.kurier.dispatcher.offsets.OffsetMetadata;
import io.kurier.dispatcher.offsets.OpenOffsets;
import io.kurier.dispatcher.offsets.PartitionAssignment;
import io.kurier.dispatcher.offsets.RecentIdsMark;
import io.kurier.dispatcher.waiting.WaitCounts;
import io.kurier.dispatcher.waiting.WaitReason;
import io.kurier.model.tenant.AdHocWebhook;
import io.kurier.model.tenant.Tenant;
import io.kurier.model.webhook.Webhook;
import io.kurier.runtime.transactions.Batch;
import io.kurier.schemas.CircuitRecord;
import io.kurier.schemas.Delivery;
import io.kurier.schemas.Event;
import io.kurier.testkit.ManualProcessClock;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * A worker without Kafka, network and threads: the test moves the clock, ends requests, and lets commits through. One thread.
 */
public final class WorkerHarness {
    /** Size of each record as the worker counts it. */
    static final int RECORD_BYTES = 100;

    public final ManualProcessClock clock;
    public final InMemoryLog log;
    public final ScriptedSender sender = new ScriptedSender();
    final DispatchLoop loop;
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final Map<TopicPartition, TestPartition> partitions;
    private final Map<String, CircuitRecord> circuits = new HashMap<>();
    private final Map<String, Tenant> tenants = new HashMap<>();
    private final ArrayDeque<Runnable> loopTasks = new ArrayDeque<>();
    private final ArrayDeque<Runnable> transactions = new ArrayDeque<>();
    private final List<Throwable> failures = new ArrayList<>();
    private Duration unconfirmedFor = Duration.ZERO;
    private boolean isKafkaStuck;

    /** @param config pairs of a setting and its value */
    public WorkerHarness(String... config) {
        this(new ManualProcessClock(), new InMemoryLog(), new HashMap<>(), config);
    }

    private WorkerHarness(
            ManualProcessClock clock,
            InMemoryLog log,
            Map<TopicPartition, TestPartition> partitions,
            String... config) {
        this.clock = clock;
        this.log = log;
        this.partitions = partitions;
        this.loop = DispatchLoopFactory.newLoop(
                Samples.config(config),
                InMemoryLog.TIERS,
                log.records(),
                new DispatchLoopFactory.Tables(
                        () -> unconfirmedFor,
                        id -> Optional.ofNullable(circuits.get(id)),
                        id -> Optional.ofNullable(tenants.get(id))),
                new DispatchLoopFactory.Surroundings(
                        clock, () -> 0L, sender, log, loopTasks::add, transactions::add, failures::add, metrics));
        for (PartitionAssignment.Path path : PartitionAssignment.Path.values()) {
            loop.knowsGroup(path, Samples.group(path.name()));
        }
    }

    /** Another worker with the same clock, the same committed records, and the same input; it has no partition yet. */
    public WorkerHarness successor(String... config) {
        return new WorkerHarness(clock, log, partitions, config);
    }

    /** Lets the loop turn until the time has passed; commits end at once unless Kafka is stuck. */
    public void advance(Duration by) {
        for (long turns = Math.max(1, by.dividedBy(DispatchLoop.TURN)); turns > 0; turns--) {
            clock.advance(DispatchLoop.TURN);
            turn();
        }
    }

    public void advanceMs(long ms) {
        advance(Duration.ofMillis(ms));
    }

    /** One turn of the loop; the clock stands still. */
    public void turn() {
        loop.turn();
        runTasks();
        sender.turn();
    }

    private void runTasks() {
        while (!loopTasks.isEmpty() || (!isKafkaStuck && !transactions.isEmpty())) {
            (loopTasks.isEmpty() ? transactions : loopTasks).remove().run();
        }
    }

    /** Commits begin from now on, but do not end. */
    public void kafkaHangs() {
        isKafkaStuck = true;
    }

    public void kafkaIsBack() {
        isKafkaStuck = false;
        runTasks();
    }

    /** How long ago the control tables were last known to be complete. */
    public void tablesUnconfirmedFor(Duration age) {
        unconfirmedFor = age;
    }

    /** The circuit as the lane's former owner left it in the control topic. */
    public void foundCircuit(CircuitRecord left) {
        circuits.put(left.getWebhookId(), left);
    }

    public void change(Tenant tenant) {
        tenants.put(tenant.id(), tenant);
        loop.tenantChanged(tenant.id());
    }

    /** Registers a webhook, or changes it if its revision is another. */
    public Webhook register(Webhook webhook) {
        return register(webhook, null, null);
    }

    public Webhook register(
            Webhook webhook,
            ConditionFilter.@Nullable CompiledCondition when,
            PayloadRenderer.@Nullable Rendering transform) {
        loop.webhookChanged(webhook.id(), webhook, when, transform);
        return webhook;
    }

    public Webhook pause(Webhook webhook) {
        return register(webhook.in(new Webhook.State(Webhook.Kind.PAUSED, "by the test")));
    }

    public Webhook resume(Webhook webhook) {
        return register(webhook.in(Webhook.State.ACTIVE));
    }

    public void delete(Webhook webhook) {
        loop.webhookChanged(webhook.id(), null, null, null);
    }

    /** The partition of {@code events} with this number; this worker gets it if nobody had it. */
    public TestPartition events(int number) {
        return partition(PartitionAssignment.Path.EVENTS, new TopicPartition("events", number));
    }

    /** The partition of {@code lanes} with this number; this worker gets it if nobody had it. */
    public TestPartition lanes(int number) {
        return partition(PartitionAssignment.Path.LANES, new TopicPartition("lanes", number));
    }

    private TestPartition partition(PartitionAssignment.Path path, TopicPartition name) {
        TestPartition known = partitions.get(name);
        if (known != null) {
            return known;
        }
        TestPartition made = new TestPartition(path, name, newAssignment(path, name));
        partitions.put(name, made);
        loop.assigned(List.of(made.assignment));
        return made;
    }

    private PartitionAssignment newAssignment(PartitionAssignment.Path path, TopicPartition name) {
        Batch.Progress left = log.committed(name);
        OpenOffsets offsets = left == null
                ? new OpenOffsets(0, OffsetMetadata.NOTHING)
                : new OpenOffsets(
                        left.offset(),
                        OffsetMetadata.decode(RecentIdsMark.withoutMark(left.payload()), left.offset())
                                .orElseThrow());
        return new PartitionAssignment(path, name, offsets, clock.millis());
    }

    /** This worker gets the partition, and reads it from what was committed on. */
    public void takeOver(TestPartition partition) {
        partition.assignment = newAssignment(partition.path, partition.name);
        loop.assigned(List.of(partition.assignment));
        long from = partition.assignment.offsets.base();
        arrive(
                partition,
                partition.records.stream()
                        .filter(record -> record.offset() >= from)
                        .toList());
    }

    /** The group takes the partition away in order. */
    public CompletableFuture<Void> handOver(TestPartition partition) {
        return loop.handOver(List.of(partition.name));
    }

    /** The group gave the partition to another worker already. */
    public void lose(TestPartition partition) {
        loop.lost(List.of(partition.name));
    }

    /** The events arrive together in partition 0. */
    public void publish(Event... events) {
        publish(events(0), events);
    }

    public void publish(TestPartition partition, Event... events) {
        List<DecodedRecord> arrived = new ArrayList<>();
        for (Event event : events) {
            arrived.add(new DecodedRecord.OfEvent(partition.end() + arrived.size(), RECORD_BYTES, event, null));
        }
        append(partition, arrived);
    }

    /** The event names the webhook itself. */
    public void publish(Event event, AdHocWebhook webhook) {
        append(events(0), List.of(new DecodedRecord.OfEvent(events(0).end(), RECORD_BYTES, event, webhook)));
    }

    /** The deliveries arrive together in partition 0 of {@code lanes}. */
    public void toLane(Delivery... deliveries) {
        toLane(lanes(0), deliveries);
    }

    public void toLane(TestPartition partition, Delivery... deliveries) {
        List<DecodedRecord> arrived = new ArrayList<>();
        for (Delivery delivery : deliveries) {
            arrived.add(new DecodedRecord.OfDelivery(partition.end() + arrived.size(), RECORD_BYTES, delivery, null));
        }
        append(partition, arrived);
    }

    /** The event of the delivery names the webhook itself. */
    public void toLane(Delivery delivery, AdHocWebhook webhook) {
        append(lanes(0), List.of(new DecodedRecord.OfDelivery(lanes(0).end(), RECORD_BYTES, delivery, webhook)));
    }

    public void append(TestPartition partition, List<DecodedRecord> records) {
        partition.records.addAll(records);
        arrive(partition, records);
    }

    private void arrive(TestPartition partition, List<DecodedRecord> records) {
        partition.assignment.receive(records.size(), (long) records.size() * RECORD_BYTES);
        loop.arrived(partition.assignment, records, partition.end());
    }

    /** Deliveries that wait for this reason now. */
    public int waiting(WaitReason reason) {
        return waiting().of(reason);
    }

    public WaitCounts waiting() {
        return loop.places.count();
    }

    /** How often an outcome was counted. */
    public int counted(String outcome) {
        Counter counter =
                metrics.find("kurier.outcomes").tag("outcome", outcome).counter();
        return counter == null ? 0 : (int) counter.count();
    }

    public int count(String name) {
        return (int) metrics.get(name).counter().count();
    }

    /** Attempts in flight, as the worker counts them. */
    public int inFlight() {
        return loop.inFlight();
    }

    /** Records of outcomes that are not committed. */
    public int uncommitted() {
        return loop.uncommitted();
    }

    /** What ended the worker. */
    public List<Throwable> failures() {
        return failures;
    }

    /** The offset that is committed for the partition: everything below is settled. */
    public long committed(TestPartition partition) {
        Batch.Progress found = log.committed(partition.name);
        return found == null ? 0 : found.offset();
    }
}
