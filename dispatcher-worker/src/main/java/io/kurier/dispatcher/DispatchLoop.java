package io.kurier.dispatcher;

import io.kurier.dispatcher.attempt.AttemptRunner;
import io.kurier.dispatcher.config.DispatcherConfig;
import io.kurier.dispatcher.delivery.WebhookResolver;
import io.kurier.dispatcher.expression.ConditionFilter;
import io.kurier.dispatcher.expression.PayloadRenderer;
import io.kurier.dispatcher.intake.DecodedRecord;
import io.kurier.dispatcher.lane.PauseTolerantClock;
import io.kurier.dispatcher.offsets.OpenOffsets;
import io.kurier.dispatcher.offsets.PartitionAssignment;
import io.kurier.dispatcher.outcome.OutcomeCommitter;
import io.kurier.dispatcher.outcome.OutcomeRecords;
import io.kurier.dispatcher.routing.EventRouter;
import io.kurier.dispatcher.routing.LaneRouter;
import io.kurier.model.retry.RetryTiers;
import io.kurier.model.tenant.Tenant;
import io.kurier.model.webhook.Webhook;
import io.kurier.model.webhook.WebhookIndex;
import io.kurier.schemas.CircuitRecord;
import io.kurier.sender.HttpSender;
import io.kurier.sender.RequestSender;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * What the event loop does: takes up records, lets attempts begin, commits, hands partitions over. Everything here and
 * below runs on that one thread, so nothing is locked.
 */
public final class DispatchLoop {
    /** How often time is looked at: due deliveries, deadlines, commits. */
    public static final Duration TURN = Duration.ofMillis(10);

    private static final Duration HOUSEKEEPING = Duration.ofSeconds(1);

    /** What the engine works with. */
    public record Tools(
            DispatcherConfig config,
            InstantSource clock,
            PauseTolerantClock time,
            HttpSender sender,
            OutcomeRecords outcomes,
            MeterRegistry metrics,
            Supplier<Duration> unconfirmedFor,
            Function<String, Optional<CircuitRecord>> circuits,
            Function<String, Optional<Tenant>> tenants) {}

    private record Handover(List<PartitionAssignment> assignments, long deadlineNanos, CompletableFuture<Void> done) {}

    private final Tools tools;
    private final OutcomeCommitter committer;
    private final WebhookIndex webhooks = new WebhookIndex();
    private final AttemptRunner attempts;
    private final EventRouter directWay;
    private final LaneRouter laneWay;
    private final Counter repeated;
    private final Map<TopicPartition, PartitionAssignment> assignments = new HashMap<>();
    private final Set<PartitionAssignment> full = new LinkedHashSet<>();
    private final List<Handover> handovers = new ArrayList<>();
    private long lastHousekeepingNanos = System.nanoTime();
    private long lastExpiryNanos = System.nanoTime();
    private int waiting;
    private int openCircuits;

    DispatchLoop(Tools tools, RetryTiers ladder, OutcomeCommitter committer) {
        this.tools = tools;
        this.committer = committer;
        WebhookResolver receivers = new WebhookResolver(webhooks, tools.tenants());
        this.attempts = new AttemptRunner(tools, receivers, committer);
        this.directWay = new EventRouter(tools, webhooks, receivers, attempts, committer);
        this.laneWay = new LaneRouter(tools, ladder, receivers, attempts, committer);
        this.repeated = Counter.builder("kurier.events.repeated")
                .description("Events whose id their publisher had used before; they are not delivered again")
                .register(tools.metrics());
    }

    /**
     * @param when as {@link ConditionFilter#compiled} made it
     * @param transform as {@link PayloadRenderer#compiled} made it
     */
    void changed(
            String webhookId,
            @Nullable Webhook webhook,
            ConditionFilter.@Nullable Condition when,
            PayloadRenderer.@Nullable Rendering transform) {
        attempts.expressions().changed(webhookId, when, transform);
        Webhook before = webhooks.get(webhookId);
        webhooks.put(webhookId, webhook);
        if (before != null && webhook != null && before.revision() == webhook.revision()) {
            return;
        }
        directWay.changed(webhookId, webhook);
        laneWay.changed(webhookId, webhook);
    }

    /** What it says of receivers that its events name themselves may be another now. */
    void changed(String tenant) {
        directWay.changed(tenant);
        laneWay.changed(tenant);
    }

    public void assigned(List<PartitionAssignment> taken) {
        for (PartitionAssignment assignment : taken) {
            assignments.put(assignment.partition, assignment);
            committer.add(assignment);
        }
    }

    public void knows(PartitionAssignment.Way way, ConsumerGroupMetadata group) {
        committer.knows(way, group);
    }

    /** Records of one partition, in order; {@code nextOffset} lies behind all of them and behind any gap. */
    public void arrived(PartitionAssignment assignment, List<DecodedRecord> arrivals, long nextOffset) {
        if (!assignment.isActive()) {
            return;
        }
        assignment.arrived.addAll(arrivals);
        takeUp(assignment);
        if (assignment.arrived.isEmpty()) {
            assignment.offsets.skipTo(nextOffset);
        }
    }

    private void takeUp(PartitionAssignment assignment) {
        boolean tookAny = false;
        while (!assignment.arrived.isEmpty()) {
            if (!takeUp(assignment, assignment.arrived.element())) {
                if (tookAny) {
                    // what room there will be next is another's first
                    full.remove(assignment);
                }
                full.add(assignment);
                return;
            }
            assignment.arrived.remove();
            tookAny = true;
        }
        full.remove(assignment);
    }

    private boolean takeUp(PartitionAssignment assignment, DecodedRecord arrival) {
        if (!assignment.offsets.arrives(arrival.offset())) {
            assignment.leaves(arrival.bytes());
            return true;
        }
        if (arrival instanceof DecodedRecord.OfEvent event) {
            return directWay.open(assignment, event);
        }
        if (arrival instanceof DecodedRecord.OfDelivery delivery) {
            return laneWay.open(assignment, delivery);
        }
        return passOver(assignment, arrival);
    }

    /** There is nothing to deliver. */
    private boolean passOver(PartitionAssignment assignment, DecodedRecord arrival) {
        if (!assignment.offsets.fits(arrival.offset(), 1, 0)) {
            return false;
        }
        if (arrival instanceof DecodedRecord.Unreadable unreadable) {
            committer.add(new OutcomeCommitter.Entry(
                    assignment, tools.outcomes().quarantined(unreadable.record(), unreadable.why())));
            attempts.count("quarantined");
        } else {
            repeated.increment();
        }
        OpenOffsets.Slot slot = assignment.offsets.open(arrival.offset(), 1, 0);
        slot.bytes = arrival.bytes();
        assignment.settle(slot);
        return true;
    }

    /** One look at time. */
    void turn() {
        long nowNanos = System.nanoTime();
        tools.time().turn();
        directWay.refresh();
        laneWay.refresh();
        attempts.refresh(tools.unconfirmedFor().get());
        List.copyOf(full).forEach(this::takeUp);
        if (nowNanos - lastExpiryNanos >= RequestSender.EXPIRY.toNanos()) {
            lastExpiryNanos = nowNanos;
            tools.sender().expire(nowNanos);
        }
        if (nowNanos - lastHousekeepingNanos >= HOUSEKEEPING.toNanos()) {
            lastHousekeepingNanos = nowNanos;
            directWay.dropIdle();
            attempts.dropIdle();
            laneWay.lines().dropIdle(tools.clock().millis());
            count();
        }
        committer.commitIfDue();
        advanceHandovers(nowNanos);
    }

    /** Begins nothing more of these partitions, lets what is in flight end, commits, and lets go. */
    public CompletableFuture<Void> handOver(List<TopicPartition> partitions) {
        List<PartitionAssignment> leaving = owned(partitions);
        leaving.forEach(PartitionAssignment::drain);
        full.removeAll(leaving);
        CompletableFuture<Void> done = new CompletableFuture<>();
        long deadline = System.nanoTime() + tools.config().drainTimeout().toNanos();
        handovers.add(new Handover(leaving, deadline, done));
        return done;
    }

    private void advanceHandovers(long nowNanos) {
        for (Handover handover : List.copyOf(handovers)) {
            boolean ended = handover.assignments().stream().allMatch(assignment -> assignment.inFlight == 0);
            if (!ended && nowNanos < handover.deadlineNanos()) {
                continue;
            }
            committer.commitNow();
            if (handover.assignments().stream().allMatch(committer::isSettled)) {
                handovers.remove(handover);
                forget(handover.assignments());
                handover.done().complete(null);
            }
        }
    }

    /** These partitions are another's already: nothing of them is sent or committed any more. */
    public void lost(List<TopicPartition> partitions) {
        forget(owned(partitions));
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

    private void forget(List<PartitionAssignment> gone) {
        for (PartitionAssignment assignment : gone) {
            assignment.lose();
            full.remove(assignment);
            committer.remove(assignment);
            assignments.remove(assignment.partition, assignment);
        }
    }

    int inFlight() {
        return attempts.inFlight();
    }

    private void count() {
        long nowMs = tools.clock().millis();
        waiting = directWay.waiting() + laneWay.waiting();
        openCircuits = directWay.lines().openCircuits(nowMs) + laneWay.lines().openCircuits(nowMs);
    }

    /** As of the last second. */
    int waiting() {
        return waiting;
    }

    /** As of the last second. */
    int openCircuits() {
        return openCircuits;
    }

    int uncommitted() {
        return committer.uncommitted();
    }

    /** Whether so much waits for its commit that nothing more should be read. */
    boolean isBackedUp() {
        return committer.isFull();
    }
}
