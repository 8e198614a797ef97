package io.kurier.dispatcher.outcome;

import io.kurier.dispatcher.offsets.OffsetMetadata;
import io.kurier.dispatcher.offsets.OpenOffsets;
import io.kurier.dispatcher.offsets.PartitionAssignment;
import io.kurier.dispatcher.offsets.RecentIdsMark;
import io.kurier.runtime.transactions.Batch;
import io.kurier.runtime.transactions.BatchWriter;
import io.kurier.runtime.transactions.TransactionalWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gathers outcomes and hands them, with the offsets they settle, to the transaction thread: one batch at a time, at each commit
 * interval, at the next turn after a quiet time, or when much is gathered. An outcome is kept until its commit is known; after
 * an abort it is written again, not attempted again, unless its partition was lost meanwhile. Event loop only.
 */
public final class OutcomeCommitter {
    /**
     * One outcome.
     *
     * @param records may be empty; the outcome then follows the batches before it
     * @param committed run on the event loop once the records are committed
     */
    public record Entry(
            PartitionAssignment assignment, List<ProducerRecord<byte[], byte[]>> records, Runnable committed) {
        public Entry(PartitionAssignment assignment, List<ProducerRecord<byte[], byte[]>> records) {
            this(assignment, records, () -> {});
        }
    }

    /** How much waits for its commit. */
    private static final class Volume {
        private int records;
        private long bytes;

        void add(int moreRecords, long moreBytes) {
            records += moreRecords;
            bytes += moreBytes;
        }

        boolean isAbove(int mostRecords, long mostBytes) {
            return records > mostRecords || bytes > mostBytes;
        }
    }

    private static final Logger log = LoggerFactory.getLogger(OutcomeCommitter.class);

    private static final int MAX_RECORDS = 20_000;
    private static final int MAX_RECORDS_FOR_WIDE = 5_000;
    private static final int MAX_RECORDS_OF_LANES = 2_000;
    private static final long MAX_BYTES = 64L << 20;
    /** Where records can be many at once, so that a transaction stays short. */
    private static final long MAX_BYTES_OF_BULK = 16L << 20;

    private static final int MAX_METADATA_LENGTH = TransactionalWriter.MAX_PAYLOAD - RecentIdsMark.MAX_LENGTH;

    private final Executor loop;
    private final Executor transactions;
    private final BatchWriter writer;
    private final long intervalNanos;
    private final LongSupplier monotonicNanos;
    private final Consumer<Throwable> onFailure;
    private final Map<PartitionAssignment.Path, ConsumerGroupMetadata> groups =
            new EnumMap<>(PartitionAssignment.Path.class);
    private final Set<PartitionAssignment> assignments = new LinkedHashSet<>();
    private List<Entry> gathered = new ArrayList<>();
    private List<Entry> writing = List.of();
    private final Set<PartitionAssignment> beingWritten = new HashSet<>();
    private final Volume all = new Volume();
    private final Volume ofLanes = new Volume();
    private boolean isBusy;
    /** Whether the last batch came back, so that the next try keeps the interval. */
    private boolean wasAborted;

    private long lastStartNanos;

    /**
     * @param loop runs tasks on the event loop
     * @param transactions runs tasks on the one thread that commits
     * @param interval between the starts of two commits
     * @param monotonicNanos a monotonic clock
     * @param onFailure called with the error that ends the worker, on the transaction thread
     */
    public OutcomeCommitter(
            Executor loop,
            Executor transactions,
            BatchWriter writer,
            Duration interval,
            LongSupplier monotonicNanos,
            Consumer<Throwable> onFailure) {
        this.loop = loop;
        this.transactions = transactions;
        this.writer = writer;
        this.intervalNanos = interval.toNanos();
        this.monotonicNanos = monotonicNanos;
        this.onFailure = onFailure;
        this.lastStartNanos = monotonicNanos.getAsLong() - intervalNanos;
    }

    public void add(PartitionAssignment assignment) {
        assignments.add(assignment);
    }

    public void remove(PartitionAssignment assignment) {
        assignments.remove(assignment);
    }

    /** The path's consumer group, as its consumer knows it now; commits carry it so that a stale member is fenced. */
    public void knowsGroup(PartitionAssignment.Path path, ConsumerGroupMetadata group) {
        groups.put(path, group);
    }

    public void add(Entry entry) {
        gathered.add(entry);
        count(entry, 1);
    }

    private void count(Entry entry, int sign) {
        long bytes = 0;
        for (ProducerRecord<byte[], byte[]> record : entry.records()) {
            bytes += record.value() == null ? 0 : record.value().length;
        }
        all.add(sign * entry.records().size(), sign * bytes);
        if (entry.assignment().path == PartitionAssignment.Path.LANES) {
            ofLanes.add(sign * entry.records().size(), sign * bytes);
        }
    }

    /** Number of records of outcomes that are not committed yet. */
    public int uncommitted() {
        return all.records;
    }

    /** Whether so much waits for its commit that nothing more should be read. */
    public boolean isFull() {
        return all.isAbove(MAX_RECORDS, MAX_BYTES);
    }

    /** Whether so much waits for its commit that a wide event, with hundreds of records, should wait. */
    public boolean isFullForWide() {
        return all.isAbove(MAX_RECORDS_FOR_WIDE, MAX_BYTES_OF_BULK);
    }

    /**
     * Whether so many outcomes of lanes wait for their commit that nothing more should be sent back to the tiers: where
     * circuits open, one commit of all of it would delay the events of others.
     */
    public boolean isFullOfLanes() {
        return ofLanes.isAbove(MAX_RECORDS_OF_LANES, MAX_BYTES_OF_BULK);
    }

    /** Whether everything that was settled in the assignment is committed, or not this worker's to commit any more. */
    public boolean isSettled(PartitionAssignment assignment) {
        return !assignment.isOwned() || (!assignment.isChanged() && !beingWritten.contains(assignment));
    }

    /** Called at each turn of the event loop. */
    public void commitIfDue() {
        boolean isMuch = isFullForWide() || isFullOfLanes();
        if (monotonicNanos.getAsLong() - lastStartNanos >= intervalNanos || (isMuch && !wasAborted)) {
            commitNow();
        }
    }

    /** Starts a commit of everything that was gathered and settled, unless one is under way. */
    public void commitNow() {
        if (isBusy) {
            return;
        }
        dropLost();
        List<Batch.GroupOffsets> offsets = offsets();
        if (offsets.isEmpty()) {
            completeWithoutRecords();
            return;
        }
        isBusy = true;
        lastStartNanos = monotonicNanos.getAsLong();
        writing = gathered;
        gathered = new ArrayList<>();
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>(all.records);
        writing.forEach(entry -> records.addAll(entry.records()));
        Batch batch = new Batch(records, offsets);
        transactions.execute(() -> commit(batch));
    }

    private void dropLost() {
        gathered.removeIf(entry -> {
            boolean isLost = !entry.assignment().isOwned();
            if (isLost) {
                count(entry, -1);
            }
            return isLost;
        });
    }

    /** With nothing to write, entries that only follow earlier batches need no transaction. */
    private void completeWithoutRecords() {
        if (gathered.isEmpty()
                || gathered.stream().anyMatch(entry -> !entry.records().isEmpty())) {
            return;
        }
        List<Entry> complete = gathered;
        gathered = new ArrayList<>();
        complete.forEach(entry -> entry.committed().run());
    }

    /** One snapshot of every partition in which something was settled: offset and metadata belong together. */
    private List<Batch.GroupOffsets> offsets() {
        Map<PartitionAssignment.Path, Map<TopicPartition, Batch.Progress>> progress =
                new EnumMap<>(PartitionAssignment.Path.class);
        for (PartitionAssignment assignment : assignments) {
            if (assignment.isChanged() && assignment.isOwned() && groups.containsKey(assignment.path)) {
                assignment.takeProgress();
                beingWritten.add(assignment);
                progress.computeIfAbsent(assignment.path, path -> new HashMap<>())
                        .put(assignment.partition, progressOf(assignment));
            }
        }
        List<Batch.GroupOffsets> offsets = new ArrayList<>();
        groups.forEach((path, group) -> {
            Map<TopicPartition, Batch.Progress> moved = progress.get(path);
            if (moved != null) {
                offsets.add(new Batch.GroupOffsets(group, moved));
            }
        });
        return offsets;
    }

    private static Batch.Progress progressOf(PartitionAssignment assignment) {
        OpenOffsets offsets = assignment.offsets;
        OffsetMetadata metadata = offsets.metadata();
        String text = metadata.encode(offsets.base());
        for (int open = metadata.open().size() / 2; text.length() > MAX_METADATA_LENGTH; open /= 2) {
            log.warn(
                    "{}: the open offsets do not fit the commit metadata ({} of {} characters). The highest are left out;"
                            + " a crash before the next commit repeats their deliveries.",
                    assignment.partition,
                    text.length(),
                    MAX_METADATA_LENGTH);
            text = metadata.cutTo(open).encode(offsets.base());
        }
        return new Batch.Progress(
                offsets.base(), text + RecentIdsMark.of(offsets.base(), assignment.lowestRememberedId()));
    }

    private void commit(Batch batch) {
        try {
            BatchWriter.Result result = writer.commit(batch);
            loop.execute(() -> ended(result));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            onFailure.accept(e);
        }
    }

    private void ended(BatchWriter.Result result) {
        isBusy = false;
        List<Entry> written = writing;
        writing = List.of();
        wasAborted = result == BatchWriter.Result.ABORTED;
        if (!wasAborted) {
            written.forEach(entry -> count(entry, -1));
            beingWritten.clear();
            written.forEach(entry -> entry.committed().run());
        } else {
            List<Entry> again = new ArrayList<>(written);
            again.addAll(gathered);
            gathered = again;
            beingWritten.forEach(PartitionAssignment::returnProgress);
            beingWritten.clear();
        }
    }
}
