package io.kurier.dispatcher.outcome;

import io.kurier.dispatcher.intake.DuplicateFilter;
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
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gathers outcomes and hands them, with the offsets they settle, to the transaction thread: one batch at a time, each
 * commit interval, or at the next turn after a quiet time or when much is gathered. An outcome is kept until its commit is known; after an abort it is
 * written again, not attempted again, unless its partition was lost meanwhile. The event loop's.
 */
public final class OutcomeCommitter {
    /** One outcome: what it writes, and what follows when it is written. */
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

    private static final int MAX_PAYLOAD = TransactionalWriter.MAX_PAYLOAD - RecentIdsMark.MAX_LENGTH;

    private final Executor loop;
    private final Executor transactions;
    private final TransactionalWriter outbox;
    private final long intervalNanos;
    private final Consumer<Throwable> onFailure;
    private final Map<PartitionAssignment.Way, ConsumerGroupMetadata> groups =
            new EnumMap<>(PartitionAssignment.Way.class);
    private final Set<PartitionAssignment> assignments = new LinkedHashSet<>();
    private List<Entry> gathered = new ArrayList<>();
    private List<Entry> writing = List.of();
    private final Set<PartitionAssignment> beingWritten = new HashSet<>();
    private final Volume all = new Volume();
    private final Volume ofLanes = new Volume();
    private boolean busy;
    /** Whether the last batch came back, so that the next try keeps the interval. */
    private boolean wasAborted;

    private long lastBeganNanos = System.nanoTime() - Duration.ofHours(1).toNanos();

    public OutcomeCommitter(
            Executor loop,
            Executor transactions,
            TransactionalWriter outbox,
            Duration interval,
            Consumer<Throwable> onFailure) {
        this.loop = loop;
        this.transactions = transactions;
        this.outbox = outbox;
        this.intervalNanos = interval.toNanos();
        this.onFailure = onFailure;
    }

    public void add(PartitionAssignment assignment) {
        assignments.add(assignment);
    }

    public void remove(PartitionAssignment assignment) {
        assignments.remove(assignment);
    }

    public void knows(PartitionAssignment.Way way, ConsumerGroupMetadata group) {
        groups.put(way, group);
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
        if (entry.assignment().way == PartitionAssignment.Way.LANES) {
            ofLanes.add(sign * entry.records().size(), sign * bytes);
        }
    }

    /** Records of outcomes nobody has acknowledged yet. */
    public int uncommitted() {
        return all.records;
    }

    /** Whether so much waits for its commit that nothing more should be read. */
    public boolean isFull() {
        return all.isAbove(MAX_RECORDS, MAX_BYTES);
    }

    /** Whether so much does that a wide event, of hundreds of records, should wait. */
    public boolean isFullForWide() {
        return all.isAbove(MAX_RECORDS_FOR_WIDE, MAX_BYTES_OF_BULK);
    }

    /**
     * Whether so much of the lanes does that nothing more should be sent back to the tiers: where circuits open, a commit of
     * it all would stand in the way of others' events.
     */
    public boolean isFullOfLanes() {
        return ofLanes.isAbove(MAX_RECORDS_OF_LANES, MAX_BYTES_OF_BULK);
    }

    public boolean isSettled(PartitionAssignment assignment) {
        return !assignment.isOwned() || (!assignment.changed && !beingWritten.contains(assignment));
    }

    /** Each turn of the loop's clock. */
    public void commitIfDue() {
        boolean isMuch = isFullForWide() || isFullOfLanes();
        if (System.nanoTime() - lastBeganNanos >= intervalNanos || (isMuch && !wasAborted)) {
            commitNow();
        }
    }

    public void commitNow() {
        if (busy) {
            return;
        }
        forgetLost();
        List<Batch.GroupOffsets> offsets = offsets();
        if (offsets.isEmpty()) {
            return;
        }
        busy = true;
        lastBeganNanos = System.nanoTime();
        writing = gathered;
        gathered = new ArrayList<>();
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>(all.records);
        writing.forEach(entry -> records.addAll(entry.records()));
        Batch batch = new Batch(records, offsets);
        transactions.execute(() -> commit(batch));
    }

    private void forgetLost() {
        gathered.removeIf(entry -> {
            boolean lost = !entry.assignment().isOwned();
            if (lost) {
                count(entry, -1);
            }
            return lost;
        });
    }

    /** One snapshot of every partition in which something was settled: offset and metadata belong together. */
    private List<Batch.GroupOffsets> offsets() {
        Map<PartitionAssignment.Way, Map<TopicPartition, Batch.Progress>> progress =
                new EnumMap<>(PartitionAssignment.Way.class);
        for (PartitionAssignment assignment : assignments) {
            if (assignment.changed && assignment.isOwned() && groups.containsKey(assignment.way)) {
                assignment.changed = false;
                beingWritten.add(assignment);
                progress.computeIfAbsent(assignment.way, way -> new HashMap<>())
                        .put(assignment.partition, progressOf(assignment));
            }
        }
        List<Batch.GroupOffsets> offsets = new ArrayList<>();
        groups.forEach((way, group) -> {
            Map<TopicPartition, Batch.Progress> moved = progress.get(way);
            if (moved != null) {
                offsets.add(new Batch.GroupOffsets(group, moved));
            }
        });
        return offsets;
    }

    private static Batch.Progress progressOf(PartitionAssignment assignment) {
        OpenOffsets offsets = assignment.offsets;
        OffsetMetadata payload = offsets.payload();
        String text = payload.encode(offsets.base());
        for (int open = payload.open().size() / 2; text.length() > MAX_PAYLOAD; open /= 2) {
            log.warn("too many open offsets for the commit metadata: after a crash now, some deliveries would repeat");
            text = payload.cutTo(open).encode(offsets.base());
        }
        DuplicateFilter ids = assignment.ids;
        String mark = ids == null ? "" : RecentIdsMark.of(offsets.base(), ids.lowest());
        return new Batch.Progress(offsets.base(), text + mark);
    }

    private void commit(Batch batch) {
        try {
            BatchWriter.Result result = outbox.commit(batch);
            loop.execute(() -> ended(result));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            onFailure.accept(e);
        }
    }

    private void ended(BatchWriter.Result result) {
        busy = false;
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
            beingWritten.forEach(assignment -> assignment.changed = true);
            beingWritten.clear();
        }
    }
}
