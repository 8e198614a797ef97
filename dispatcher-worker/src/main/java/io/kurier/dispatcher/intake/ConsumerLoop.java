package io.kurier.dispatcher.intake;

import io.kurier.dispatcher.config.IdempotencySettings;
import io.kurier.dispatcher.offsets.PartitionAssignment;
import io.kurier.runtime.health.Check;
import io.kurier.runtime.kafka.PausablePoll;
import io.kurier.runtime.time.ProcessClock;
import io.kurier.schemas.wire.UnknownSchemaException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.FencedMemberEpochException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.StaleMemberEpochException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownMemberIdException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One consumer on its own thread: polls, decodes, hands records to the event loop, and pauses partitions with too much
 * unsettled. It never commits; the event loop does, with the group's metadata as this thread saw it last.
 */
public final class ConsumerLoop implements Runnable, ConsumerRebalanceListener {
    /**
     * The settings and collaborators of a consumer loop.
     *
     * @param drainTimeout how long attempts in flight may take to end at a handover
     * @param idempotency null if the path does not look for repeated event ids
     * @param onFailure called with the error that ends the worker
     */
    public record Setup(
            PartitionAssignment.Path path,
            List<String> topics,
            Duration drainTimeout,
            ProcessClock clock,
            RecordDecoder decoder,
            IdempotencySettings.@Nullable Bounds idempotency,
            Backpressure backpressure,
            Consumer<Throwable> onFailure) {}

    private static final Logger log = LoggerFactory.getLogger(ConsumerLoop.class);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration POLL_WHILE_PAUSED = Duration.ofMillis(5);
    private static final Duration GATHER = Duration.ofMillis(2);
    /** How often positions are told while records keep coming. */
    private static final Duration TELL_POSITIONS = Duration.ofSeconds(1);
    /** How long after the drain timeout the commit of a handover may take. */
    private static final Duration HANDOVER_COMMIT = Duration.ofSeconds(10);

    private final Setup setup;
    private final org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer;
    private final RecordHandler handler;
    private final Executor loop;
    private final ProcessClock clock;
    private final Backpressure backpressure;
    private final Map<TopicPartition, PartitionAssignment> assignments = new HashMap<>();
    private final Map<TopicPartition, DuplicateFilter> duplicates = new HashMap<>();
    /** By partition, the position that was handed to the event loop last. */
    private final Map<TopicPartition, Long> toldPositions = new HashMap<>();

    private ConsumerGroupMetadata known;
    private long lastReadNanos;
    private long lastToldNanos;
    private volatile boolean running = true;
    private volatile boolean joined;
    private volatile @Nullable String waitsFor;

    /** @param loop runs tasks on the event loop, in order */
    public ConsumerLoop(
            Setup setup,
            org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer,
            RecordHandler handler,
            Executor loop) {
        this.setup = setup;
        this.consumer = consumer;
        this.handler = handler;
        this.loop = loop;
        this.clock = setup.clock();
        this.backpressure = setup.backpressure();
        this.known = consumer.groupMetadata();
        this.lastReadNanos = clock.nanoTime() - GATHER.toNanos();
        this.lastToldNanos = lastReadNanos;
    }

    @Override
    public void run() {
        try {
            subscribe();
            while (running) {
                turn();
            }
            handBack(List.copyOf(assignments.keySet()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            setup.onFailure().accept(e);
        } finally {
            consumer.close();
        }
    }

    /** Joins the group; before the first {@link #turn}. */
    void subscribe() {
        consumer.subscribe(setup.topics(), this);
    }

    /** Polls once, and hands the records over. */
    void turn() throws InterruptedException {
        try {
            boolean isPaused = backpressure.apply(consumer, assignments.values());
            gather();
            ConsumerRecords<byte[], byte[]> records =
                    PausablePoll.poll(consumer, isPaused ? POLL_WHILE_PAUSED : POLL, setup.clock());
            tellGroup();
            for (TopicPartition partition : records.partitions()) {
                handOver(partition, records);
            }
            long nowNanos = clock.nanoTime();
            if (!records.isEmpty()) {
                lastReadNanos = nowNanos;
            }
            if (records.isEmpty() || nowNanos - lastToldNanos >= TELL_POSITIONS.toNanos()) {
                lastToldNanos = nowNanos;
                tellPositions();
            }
        } catch (RetriableException
                | UnknownMemberIdException
                | FencedMemberEpochException
                | StaleMemberEpochException e) {
            // a member that was too slow for its session joins again with its next poll
            log.warn("Consumer of {} cannot read from Kafka; it tries again: {}", setup.path(), e.toString());
        }
    }

    /** Under load many records are read at once: each fetch costs about the same, however few records it brings. */
    private void gather() throws InterruptedException {
        long leftNanos = GATHER.toNanos() - (clock.nanoTime() - lastReadNanos);
        if (leftNanos > 0) {
            clock.sleep(Duration.ofNanos(leftNanos));
        }
    }

    private void tellGroup() {
        ConsumerGroupMetadata now = consumer.groupMetadata();
        if (now.generationId() != known.generationId() || !now.memberId().equals(known.memberId())) {
            known = now;
            loop.execute(() -> handler.knowsGroup(setup.path(), now));
        }
    }

    /**
     * Transaction markers take offsets without being records: the position passes them, and the committed offset has to pass
     * them too, so that an idle partition shows no lag.
     */
    private void tellPositions() {
        assignments.forEach((partition, assignment) -> {
            DuplicateFilter filter = duplicates.get(partition);
            boolean isRecovering = filter != null && filter.recovery() != null;
            OptionalLong position = isRecovering ? OptionalLong.empty() : position(partition);
            if (position.isPresent() && toldPositions.getOrDefault(partition, -1L) < position.getAsLong()) {
                toldPositions.put(partition, position.getAsLong());
                loop.execute(() -> handler.arrived(assignment, List.of(), position.getAsLong()));
            }
        });
    }

    private OptionalLong position(TopicPartition partition) {
        try {
            return OptionalLong.of(consumer.position(partition, Duration.ZERO));
        } catch (TimeoutException e) {
            // not known yet; the next idle turn tries again
            return OptionalLong.empty();
        }
    }

    private void handOver(TopicPartition partition, ConsumerRecords<byte[], byte[]> records)
            throws InterruptedException {
        PartitionAssignment assignment = assignments.get(partition);
        List<ConsumerRecord<byte[], byte[]>> found = records.records(partition);
        if (assignment == null || found.isEmpty()) {
            return;
        }
        DuplicateFilter filter = duplicates.get(partition);
        RecentIdsRecovery recovery = filter == null ? null : filter.recovery();
        if (filter != null && recovery != null) {
            recoverIds(partition, filter, recovery, found);
            return;
        }
        List<DecodedRecord> decoded = new ArrayList<>(found.size());
        long nextOffset = found.get(0).offset();
        try {
            for (ConsumerRecord<byte[], byte[]> record : found) {
                nextOffset = record.offset();
                DecodedRecord next = setup.decoder().decode(record);
                decoded.add(filter == null ? next : filter.check(next, record.timestamp()));
            }
            OffsetAndMetadata behindGap = records.nextOffsets().get(partition);
            nextOffset = behindGap == null ? nextOffset + 1 : behindGap.offset();
            backpressure.notStuck(partition);
        } catch (UnknownSchemaException e) {
            if (backpressure.stuck(partition, e.getMessage())) {
                log.error("{} offset {} waits for its schema: {}", partition, nextOffset, e.getMessage());
            }
            consumer.seek(partition, nextOffset);
        }
        assignment.receive(
                decoded.size(), decoded.stream().mapToLong(DecodedRecord::bytes).sum());
        long next = nextOffset;
        toldPositions.merge(partition, next, Math::max);
        loop.execute(() -> handler.arrived(assignment, decoded, next));
    }

    /** Events from before the takeover: only their ids are needed. */
    private void recoverIds(
            TopicPartition partition,
            DuplicateFilter filter,
            RecentIdsRecovery recovery,
            List<ConsumerRecord<byte[], byte[]>> found)
            throws InterruptedException {
        try {
            long next = filter.recover(recovery, found, setup.decoder());
            backpressure.notStuck(partition);
            if (recovery.endsStep(next, clock.nanoTime())) {
                consumer.seek(partition, recovery.position());
                if (recovery.isDone()) {
                    filter.recovered(recovery);
                }
            }
        } catch (DuplicateFilter.WaitsForSchemaException e) {
            if (backpressure.stuck(partition, e.getMessage())) {
                log.warn(
                        "{}: the event id at offset {} is read once its schema is known: {}",
                        partition,
                        e.offset,
                        e.getMessage());
            }
            consumer.seek(partition, e.offset);
        }
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        Map<TopicPartition, OffsetAndMetadata> committed = committed(new HashSet<>(partitions));
        List<PartitionAssignment> taken = new ArrayList<>();
        for (TopicPartition partition : partitions) {
            DuplicateFilter filter = duplicateFilter(partition, committed.get(partition));
            PartitionAssignment assignment = new PartitionAssignment(
                    setup.path(),
                    partition,
                    CommittedProgress.openOffsets(partition, committed.get(partition)),
                    clock.millis(),
                    filter == null ? () -> Long.MAX_VALUE : filter::lowest);
            assignments.put(partition, assignment);
            if (filter != null) {
                duplicates.put(partition, filter);
            }
            taken.add(assignment);
        }
        joined = true;
        known = consumer.groupMetadata();
        ConsumerGroupMetadata now = known;
        log.info("{}: took over {}", setup.path(), partitions);
        loop.execute(() -> {
            handler.knowsGroup(setup.path(), now);
            handler.assigned(taken);
        });
    }

    /** Recognises repeated event ids of the partition; reading then starts where the ids that matter start. */
    private @Nullable DuplicateFilter duplicateFilter(TopicPartition partition, @Nullable OffsetAndMetadata committed) {
        IdempotencySettings.Bounds bounds = setup.idempotency();
        if (bounds == null || bounds.window().isZero()) {
            return null;
        }
        long base = committed == null ? 0 : committed.offset();
        DuplicateFilter filter =
                new DuplicateFilter(bounds, clock, CommittedProgress.lowestRememberedId(committed), base);
        RecentIdsRecovery recovery = filter.recovery();
        if (recovery != null) {
            consumer.seek(partition, recovery.position());
        }
        return filter;
    }

    /**
     * Kafka tells committed offsets once no transaction over them is open: seconds after a former owner was killed, or when
     * Kafka is back. Nothing may be read without them, so this waits, and health says so.
     */
    private Map<TopicPartition, OffsetAndMetadata> committed(Set<TopicPartition> partitions) {
        while (true) {
            try {
                Map<TopicPartition, OffsetAndMetadata> committed = consumer.committed(partitions);
                waitsFor = null;
                return committed;
            } catch (TimeoutException e) {
                waitsFor = "the committed offsets of " + partitions + "; a transaction over them may still be open";
                log.warn("{}: waits for {}", setup.path(), waitsFor);
                if (!running) {
                    throw e;
                }
            }
        }
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        log.info("{}: hands over {}", setup.path(), partitions);
        handBack(List.copyOf(partitions));
    }

    private void handBack(List<TopicPartition> leaving) {
        forget(leaving);
        var drained = new CompletableFuture<Void>();
        loop.execute(() -> handler.handOver(leaving).thenRun(() -> drained.complete(null)));
        try {
            drained.get(setup.drainTimeout().plus(HANDOVER_COMMIT).toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | java.util.concurrent.TimeoutException e) {
            log.warn(
                    "{}: could not commit before handing over {}; their new owner repeats the attempts in flight",
                    setup.path(),
                    leaving);
            loop.execute(() -> handler.lost(leaving));
        }
    }

    private void forget(List<TopicPartition> partitions) {
        for (TopicPartition partition : partitions) {
            assignments.remove(partition);
            duplicates.remove(partition);
            toldPositions.remove(partition);
            backpressure.notStuck(partition);
        }
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
        log.warn("{}: lost {}; nothing of them is sent or committed any more", setup.path(), partitions);
        List<TopicPartition> gone = List.copyOf(partitions);
        forget(gone);
        loop.execute(() -> handler.lost(gone));
    }

    /** Ends {@link #run} after its current turn. Any thread. */
    public void stop() {
        running = false;
    }

    /** Number of partitions whose next record waits for its schema. Any thread. */
    public int waitingForSchema() {
        return backpressure.stuck().size();
    }

    /** Any thread. */
    public List<Check> health() {
        String name = setup.path().name().toLowerCase(Locale.ROOT);
        List<Check> checks = new ArrayList<>();
        checks.add(new Check(name, joined, joined ? "joined its group" : "has not joined its group yet"));
        String waiting = waitsFor;
        if (waiting != null) {
            checks.add(new Check(name + "-offsets", false, "waits for " + waiting));
        }
        backpressure
                .stuck()
                .forEach((partition, why) -> checks.add(new Check(name + "-schema", false, partition + ": " + why)));
        return checks;
    }
}
