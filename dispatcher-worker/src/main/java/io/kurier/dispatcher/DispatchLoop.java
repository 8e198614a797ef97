package io.kurier.dispatcher;

import io.kurier.dispatcher.attempt.AttemptRunner;
import io.kurier.dispatcher.attempt.TableFreshness;
import io.kurier.dispatcher.expression.ConditionFilter;
import io.kurier.dispatcher.expression.Expressions;
import io.kurier.dispatcher.expression.PayloadRenderer;
import io.kurier.dispatcher.intake.DecodedRecord;
import io.kurier.dispatcher.intake.RecordHandler;
import io.kurier.dispatcher.lane.PauseTolerantClock;
import io.kurier.dispatcher.offsets.OpenOffsets;
import io.kurier.dispatcher.offsets.PartitionAssignment;
import io.kurier.dispatcher.outcome.DeliverySettler;
import io.kurier.dispatcher.outcome.OutcomeCommitter;
import io.kurier.dispatcher.routing.EventRouter;
import io.kurier.dispatcher.routing.LaneRouter;
import io.kurier.dispatcher.waiting.WaitCounts;
import io.kurier.dispatcher.waiting.WaitingPlace;
import io.kurier.dispatcher.waiting.WaitingPlaces;
import io.kurier.model.webhook.Webhook;
import io.kurier.model.webhook.WebhookIndex;
import io.kurier.runtime.time.ProcessClock;
import io.kurier.sender.RequestSender;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The loop of the worker: opens records, wakes waiting deliveries, commits, and hands partitions over. Everything here and
 * below runs on the one event loop thread, so nothing is locked.
 */
public final class DispatchLoop implements RecordHandler {
    /** The shortest time between two turns of the loop. */
    public static final Duration TURN = Duration.ofMillis(10);

    private static final Duration HOUSEKEEPING = Duration.ofSeconds(1);

    /** The parts that a loop is made of; {@link DispatchLoopFactory} makes them. */
    record Parts(
            ProcessClock clock,
            PauseTolerantClock loopClock,
            RequestSender sender,
            WebhookIndex webhooks,
            TableFreshness tables,
            Expressions expressions,
            DeliverySettler settler,
            OutcomeCommitter committer,
            AttemptRunner attempts,
            EventRouter eventRouter,
            LaneRouter laneRouter) {}

    private record Handover(List<PartitionAssignment> assignments, long deadlineNanos, CompletableFuture<Void> done) {}

    private final Parts parts;
    private final Duration drainTimeout;
    private final Counter repeated;
    private final Map<TopicPartition, PartitionAssignment> assignments = new HashMap<>();
    private final RecordBacklog backlog = new RecordBacklog(this::open);
    final WaitingPlaces places;
    private final List<Handover> handovers = new ArrayList<>();
    private long lastHousekeepingNanos;
    private long lastExpiryNanos;
    private WaitCounts waiting = new WaitCounts();
    private int openCircuits;

    /** @param drainTimeout how long attempts in flight may take to end at a handover */
    DispatchLoop(Parts parts, Duration drainTimeout, MeterRegistry metrics) {
        this.parts = parts;
        this.drainTimeout = drainTimeout;
        this.lastHousekeepingNanos = parts.clock().nanoTime();
        this.lastExpiryNanos = lastHousekeepingNanos;
        List<WaitingPlace> all = new ArrayList<>(parts.eventRouter().waitingPlaces());
        all.addAll(parts.laneRouter().waitingPlaces());
        all.add(parts.attempts());
        all.add(backlog);
        this.places = new WaitingPlaces(all);
        this.repeated = Counter.builder("kurier.events.repeated")
                .description("Events that are not delivered because their publisher used the id before")
                .register(metrics);
    }

    /**
     * A registered webhook was changed.
     *
     * @param webhook null if it was deleted
     * @param when its condition, as {@link ConditionFilter#compiled} made it
     * @param transform its transform, as {@link PayloadRenderer#compiled} made it
     */
    public void webhookChanged(
            String webhookId,
            @Nullable Webhook webhook,
            ConditionFilter.@Nullable CompiledCondition when,
            PayloadRenderer.@Nullable Rendering transform) {
        parts.expressions().changed(webhookId, when, transform);
        Webhook before = parts.webhooks().get(webhookId);
        parts.webhooks().put(webhookId, webhook);
        if (before != null && webhook != null && before.revision() == webhook.revision()) {
            return;
        }
        parts.eventRouter().changed(webhookId, webhook);
        parts.laneRouter().changed(webhookId, webhook);
    }

    /** A tenant was changed, and with it perhaps the rules for its ad-hoc webhooks. */
    public void tenantChanged(String tenant) {
        parts.eventRouter().tenantChanged(tenant);
        parts.laneRouter().tenantChanged(tenant);
    }

    @Override
    public void knowsGroup(PartitionAssignment.Path path, ConsumerGroupMetadata group) {
        parts.committer().knowsGroup(path, group);
    }

    @Override
    public void assigned(List<PartitionAssignment> taken) {
        for (PartitionAssignment assignment : taken) {
            assignments.put(assignment.partition, assignment);
            parts.committer().add(assignment);
        }
    }

    @Override
    public void arrived(PartitionAssignment assignment, List<DecodedRecord> records, long nextOffset) {
        if (assignment.isActive()) {
            backlog.add(assignment, records, nextOffset);
        }
    }

    /** Opens the record; false if there is no room for it now. */
    private boolean open(PartitionAssignment assignment, DecodedRecord record) {
        if (!assignment.offsets.arrives(record.offset())) {
            assignment.release(record.bytes());
            return true;
        }
        if (record instanceof DecodedRecord.OfEvent event) {
            return parts.eventRouter().route(assignment, event);
        }
        if (record instanceof DecodedRecord.OfDelivery delivery) {
            return parts.laneRouter().route(assignment, delivery);
        }
        return passOver(assignment, record);
    }

    /** The record has nothing to deliver. */
    private boolean passOver(PartitionAssignment assignment, DecodedRecord record) {
        if (!assignment.offsets.fits(record.offset(), 1, 0)) {
            return false;
        }
        OpenOffsets.Slot slot = assignment.offsets.open(record.offset(), 1, 0);
        slot.bytes = record.bytes();
        if (record instanceof DecodedRecord.Unreadable unreadable) {
            parts.settler().quarantined(assignment, slot, unreadable.record(), unreadable.why());
        } else {
            repeated.increment();
            assignment.settle(slot);
        }
        return true;
    }

    /** Called each {@link #TURN}. */
    public void turn() {
        long nowNanos = parts.clock().nanoTime();
        parts.loopClock().turn();
        parts.tables().refresh();
        places.wake();
        if (nowNanos - lastExpiryNanos >= RequestSender.EXPIRY.toNanos()) {
            lastExpiryNanos = nowNanos;
            parts.sender().expire(nowNanos);
        }
        if (nowNanos - lastHousekeepingNanos >= HOUSEKEEPING.toNanos()) {
            lastHousekeepingNanos = nowNanos;
            keepHouse();
        }
        parts.committer().commitIfDue();
        advanceHandovers(nowNanos);
    }

    private void keepHouse() {
        parts.eventRouter().dropIdle();
        parts.laneRouter().dropIdle();
        parts.attempts().dropIdle();
        long nowMs = parts.clock().millis();
        waiting = places.count();
        openCircuits = parts.eventRouter().queues().openCircuits(nowMs)
                + parts.laneRouter().queues().openCircuits(nowMs);
    }

    @Override
    public CompletableFuture<Void> handOver(List<TopicPartition> partitions) {
        List<PartitionAssignment> leaving = owned(partitions);
        for (PartitionAssignment assignment : leaving) {
            assignment.drain();
            dropWaiting(assignment);
        }
        CompletableFuture<Void> done = new CompletableFuture<>();
        long deadline = parts.clock().nanoTime() + drainTimeout.toNanos();
        handovers.add(new Handover(leaving, deadline, done));
        return done;
    }

    private void advanceHandovers(long nowNanos) {
        for (Handover handover : List.copyOf(handovers)) {
            boolean isQuiet = handover.assignments().stream().allMatch(PartitionAssignment::isQuiet);
            if (!isQuiet && nowNanos < handover.deadlineNanos()) {
                continue;
            }
            parts.committer().commitNow();
            if (handover.assignments().stream().allMatch(parts.committer()::isSettled)) {
                handovers.remove(handover);
                drop(handover.assignments());
                handover.done().complete(null);
            }
        }
    }

    @Override
    public void lost(List<TopicPartition> partitions) {
        drop(owned(partitions));
    }

    private List<PartitionAssignment> owned(List<TopicPartition> partitions) {
        List<PartitionAssignment> found = new ArrayList<>();
        for (TopicPartition partition : partitions) {
            PartitionAssignment assignment = assignments.get(partition);
            if (assignment != null) {
                found.add(assignment);
            }
        }
        return found;
    }

    private void drop(List<PartitionAssignment> gone) {
        for (PartitionAssignment assignment : gone) {
            assignment.lose();
            dropWaiting(assignment);
            parts.committer().remove(assignment);
            assignments.remove(assignment.partition, assignment);
        }
    }

    private void dropWaiting(PartitionAssignment assignment) {
        backlog.drop(assignment);
        parts.eventRouter().drop(assignment);
    }

    /** Attempts in flight. */
    public int inFlight() {
        return parts.attempts().inFlight();
    }

    /** Waiting deliveries by reason, as of the last second. */
    public WaitCounts waiting() {
        return waiting;
    }

    /** Webhooks whose circuit is open or half-open, as of the last second. */
    public int openCircuits() {
        return openCircuits;
    }

    /** Records of outcomes that are not committed yet. */
    public int uncommitted() {
        return parts.committer().uncommitted();
    }

    /** Whether so much waits for its commit that nothing more should be read. */
    public boolean isBackedUp() {
        return parts.committer().isFull();
    }
}
