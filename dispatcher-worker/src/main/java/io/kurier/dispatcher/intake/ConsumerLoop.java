package io.kurier.dispatcher.intake;

import io.kurier.dispatcher.DispatchLoop;
import io.kurier.dispatcher.config.IdempotencySettings;
import io.kurier.dispatcher.offsets.PartitionAssignment;
import io.kurier.runtime.health.Check;
import io.kurier.runtime.kafka.PausablePoll;
import io.kurier.schemas.wire.UnknownSchemaException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
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
 * One consumer on its own thread: polls, decodes, hands over to the event loop, and holds back while a partition has too
 * much unsettled. It never commits; the engine does, with the group's metadata as this thread saw it last.
 */
public final class ConsumerLoop implements Runnable, ConsumerRebalanceListener {
    /** Turns a record into an arrival; on this intake's thread. */
    public interface Decoder {
        DecodedRecord decode(ConsumerRecord<byte[], byte[]> record) throws UnknownSchemaException, InterruptedException;
    }

    /** What an intake is told. */
    public record Setup(
            PartitionAssignment.Way way,
            List<String> topics,
            int maxUnsettled,
            long maxBytes,
            Duration drainTimeout,
            InstantSource clock,
            Decoder decoder,
            IdempotencySettings.@Nullable Bounds idempotency,
            BooleanSupplier isBackedUp,
            Consumer<Throwable> onFailure) {}

    private static final Logger log = LoggerFactory.getLogger(ConsumerLoop.class);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration POLL_WHILE_HELD_BACK = Duration.ofMillis(5);
    private static final Duration GATHER = Duration.ofMillis(2);

    private final Setup setup;
    private final org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer;
    private final DispatchLoop engine;
    private final Executor loop;
    private final Map<TopicPartition, PartitionAssignment> assignments = new HashMap<>();
    private final Backpressure holdBack;
    private ConsumerGroupMetadata known;
    private long lastReadNanos = System.nanoTime();
    private volatile boolean running = true;
    private volatile boolean joined;
    private volatile @Nullable String waitsFor;

    public ConsumerLoop(
            Setup setup,
            org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer,
            DispatchLoop engine,
            Executor loop) {
        this.setup = setup;
        this.holdBack = new Backpressure(setup.maxUnsettled(), setup.maxBytes(), setup.isBackedUp());
        this.consumer = consumer;
        this.engine = engine;
        this.loop = loop;
        this.known = consumer.groupMetadata();
    }

    @Override
    public void run() {
        try {
            consumer.subscribe(setup.topics(), this);
            while (running) {
                read();
            }
            leave();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            setup.onFailure().accept(e);
        } finally {
            consumer.close();
        }
    }

    private void read() throws InterruptedException {
        try {
            boolean heldBack = holdBack.pause(consumer, assignments.values());
            gather();
            ConsumerRecords<byte[], byte[]> records =
                    PausablePoll.poll(consumer, heldBack ? POLL_WHILE_HELD_BACK : POLL);
            if (!records.isEmpty()) {
                lastReadNanos = System.nanoTime();
            }
            tellGroup();
            for (TopicPartition partition : records.partitions()) {
                handOver(partition, records);
            }
        } catch (RetriableException
                | UnknownMemberIdException
                | FencedMemberEpochException
                | StaleMemberEpochException e) {
            // who was too slow for its session joins again with its next read
            log.warn("{} cannot read Kafka, trying again: {}", setup.way(), e.toString());
        }
    }

    /** Under load many records are read at once: each fetch costs Kafka and this process about the same, however few it brings. */
    private void gather() {
        long left = GATHER.toNanos() - (System.nanoTime() - lastReadNanos);
        if (left > 0) {
            LockSupport.parkNanos(left);
        }
    }

    private void tellGroup() {
        ConsumerGroupMetadata now = consumer.groupMetadata();
        if (now.generationId() != known.generationId() || !now.memberId().equals(known.memberId())) {
            known = now;
            loop.execute(() -> engine.knows(setup.way(), now));
        }
    }

    private void handOver(TopicPartition partition, ConsumerRecords<byte[], byte[]> records)
            throws InterruptedException {
        PartitionAssignment assignment = assignments.get(partition);
        if (assignment == null) {
            return;
        }
        List<ConsumerRecord<byte[], byte[]>> found = records.records(partition);
        if (found.isEmpty()) {
            return;
        }
        DuplicateFilter ids = assignment.ids;
        RecentIdsRecovery back = ids == null ? null : ids.readBack();
        if (ids != null && back != null) {
            readBack(partition, ids, back, found);
            return;
        }
        List<DecodedRecord> arrivals = new ArrayList<>(found.size());
        long nextOffset = found.get(0).offset();
        try {
            for (ConsumerRecord<byte[], byte[]> record : found) {
                nextOffset = record.offset();
                DecodedRecord arrival = setup.decoder().decode(record);
                arrivals.add(ids == null ? arrival : ids.checked(arrival, record.timestamp()));
            }
            OffsetAndMetadata behindGap = records.nextOffsets().get(partition);
            nextOffset = behindGap == null ? nextOffset + 1 : behindGap.offset();
            holdBack.moves(partition);
        } catch (UnknownSchemaException e) {
            if (holdBack.stuck(partition, e.getMessage())) {
                log.error("{} offset {} waits for its schema: {}", partition, nextOffset, e.getMessage());
            }
            consumer.seek(partition, nextOffset);
        }
        assignment.unsettled.addAndGet(arrivals.size());
        assignment.unsettledBytes.addAndGet(
                arrivals.stream().mapToLong(DecodedRecord::bytes).sum());
        long next = nextOffset;
        loop.execute(() -> engine.arrived(assignment, arrivals, next));
    }

    /** Events from before the takeover: only their ids are of interest. */
    private void readBack(
            TopicPartition partition,
            DuplicateFilter ids,
            RecentIdsRecovery back,
            List<ConsumerRecord<byte[], byte[]>> found)
            throws InterruptedException {
        try {
            long next = ids.takeBack(back, found, setup.decoder());
            holdBack.moves(partition);
            if (back.ends(next, System.nanoTime())) {
                consumer.seek(partition, back.position());
                if (back.isDone()) {
                    ids.knowsAgain(back);
                }
            }
        } catch (DuplicateFilter.UnreadYetException e) {
            if (holdBack.stuck(partition, e.getMessage())) {
                log.warn("{} offset {} is read back once its schema is there: {}", partition, e.offset, e.getMessage());
            }
            consumer.seek(partition, e.offset);
        }
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        Map<TopicPartition, OffsetAndMetadata> committed = committed(new HashSet<>(partitions));
        List<PartitionAssignment> taken = new ArrayList<>();
        for (TopicPartition partition : partitions) {
            PartitionAssignment assignment = new PartitionAssignment(
                    setup.way(),
                    partition,
                    CommittedProgress.left(partition, committed.get(partition)),
                    ids(partition, committed.get(partition)),
                    setup.clock().millis());
            assignments.put(partition, assignment);
            taken.add(assignment);
        }
        joined = true;
        known = consumer.groupMetadata();
        ConsumerGroupMetadata now = known;
        log.info("{} took over {}", setup.way(), partitions);
        loop.execute(() -> {
            engine.knows(setup.way(), now);
            engine.assigned(taken);
        });
    }

    /** What recognises repetitions there; reading then begins where the ids of interest do. */
    private @Nullable DuplicateFilter ids(TopicPartition partition, @Nullable OffsetAndMetadata committed) {
        IdempotencySettings.Bounds bounds = setup.idempotency();
        if (bounds == null || bounds.window().isZero()) {
            return null;
        }
        long base = committed == null ? 0 : committed.offset();
        DuplicateFilter ids = new DuplicateFilter(bounds, setup.clock(), CommittedProgress.remembered(committed), base);
        RecentIdsRecovery back = ids.readBack();
        if (back != null) {
            consumer.seek(partition, back.position());
        }
        return ids;
    }

    /**
     * Kafka tells them once no transaction over them is open: seconds after a former owner was killed, or when Kafka is back.
     * Nothing may be read without them, so this waits, and health says so.
     */
    private Map<TopicPartition, OffsetAndMetadata> committed(Set<TopicPartition> partitions) {
        while (true) {
            try {
                Map<TopicPartition, OffsetAndMetadata> committed = consumer.committed(partitions);
                waitsFor = null;
                return committed;
            } catch (TimeoutException e) {
                waitsFor = "the committed offsets of " + partitions + ": a transaction over them may still be open";
                log.warn("{} waits for {}", setup.way(), waitsFor);
                if (!running) {
                    throw e;
                }
            }
        }
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        log.info("{} hands over {}", setup.way(), partitions);
        handBack(partitions);
    }

    private void handBack(Collection<TopicPartition> partitions) {
        partitions.forEach(assignments::remove);
        partitions.forEach(holdBack::moves);
        List<TopicPartition> leaving = List.copyOf(partitions);
        var drained = new CompletableFuture<Void>();
        loop.execute(() -> engine.handOver(leaving).thenRun(() -> drained.complete(null)));
        try {
            drained.get(setup.drainTimeout().plusSeconds(10).toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | java.util.concurrent.TimeoutException e) {
            log.warn(
                    "{} could not commit before handing over {}: its new owner repeats what was in flight",
                    setup.way(),
                    partitions);
            loop.execute(() -> engine.lost(leaving));
        }
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
        log.warn("{} lost {}: nothing of them is sent or committed any more", setup.way(), partitions);
        partitions.forEach(assignments::remove);
        partitions.forEach(holdBack::moves);
        List<TopicPartition> gone = List.copyOf(partitions);
        loop.execute(() -> engine.lost(gone));
    }

    private void leave() {
        handBack(List.copyOf(assignments.keySet()));
    }

    public void stop() {
        running = false;
    }

    /** Partitions whose next record waits for its schema. */
    public int waitingForSchema() {
        return holdBack.stuck().size();
    }

    public List<Check> health() {
        String name = setup.way().name().toLowerCase(Locale.ROOT);
        List<Check> checks = new ArrayList<>();
        checks.add(new Check(name, joined, joined ? "joined its group" : "has not joined its group yet"));
        String waiting = waitsFor;
        if (waiting != null) {
            checks.add(new Check(name + "-offsets", false, "waits for " + waiting));
        }
        holdBack.stuck()
                .forEach((partition, why) -> checks.add(new Check(name + "-schema", false, partition + ": " + why)));
        return checks;
    }
}
