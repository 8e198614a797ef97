package io.kurier.scheduler.replay;

import io.kurier.schemas.DeadLetter;
import io.kurier.schemas.ReplayFrom;
import io.kurier.schemas.ReplayOrder;
import io.kurier.schemas.ReplayProgress;
import io.kurier.schemas.ReplayState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** One replay while this process runs it: what is left, and how fast it may go. One thread. */
final class ReplayRun {
    private static final double BURST_SECONDS = 0.5;
    private static final String HOLDING_ENDS = "held_too_long";
    private static final double ENDED_PER_SECOND = 1_000;

    final String id;
    final ReplayOrder order;
    private final DeadLetterScan scan;
    private final List<long[]> offsets;
    private final int[] at;
    private final Set<String> takenByOthers = new HashSet<>();
    private ReplayProgress progress;
    private double credit;
    private long creditedAtMs;

    /**
     * Finds what is left: from the beginning when there is no progress yet, else exactly what the former owner left.
     */
    ReplayRun(String id, ReplayOrder order, @Nullable ReplayProgress progress, DeadLetterScan scan, long nowMs)
            throws InterruptedException {
        this(id, order, progress, scan, new ReplayFilter(order)::matches, nowMs);
    }

    /** Of every tenant's deliveries that were held before: nobody ordered it, so nobody is told of its progress. */
    static ReplayRun endingHolding(long heldBeforeMs, DeadLetterScan scan, long nowMs) throws InterruptedException {
        ReplayOrder order = ReplayOrder.newBuilder()
                .setTenant("")
                .setFrom(ReplayFrom.HELD)
                .setRatePerSecond(ENDED_PER_SECOND)
                .setCreatedAtMs(nowMs)
                .build();
        return new ReplayRun(
                HOLDING_ENDS,
                order,
                null,
                scan,
                letter -> letter.getEntry() != null && letter.getAtMs() < heldBeforeMs,
                nowMs);
    }

    private ReplayRun(
            String id,
            ReplayOrder order,
            @Nullable ReplayProgress progress,
            DeadLetterScan scan,
            Predicate<DeadLetter> meant,
            long nowMs)
            throws InterruptedException {
        this.id = id;
        this.order = order;
        this.scan = scan;
        List<Long> ends = progress == null ? scan.ends() : progress.getEnds();
        this.offsets = scan.stillDead(meant, ends);
        this.at = new int[offsets.size()];
        this.creditedAtMs = nowMs;
        long total = offsets.stream().mapToLong(partition -> partition.length).sum();
        this.progress = progress == null
                ? new ReplayProgress(
                        ReplayState.RUNNING,
                        total,
                        0L,
                        ends,
                        new ArrayList<>(ends.stream().map(end -> 0L).toList()),
                        nowMs,
                        nowMs,
                        null)
                : progress;
    }

    /** What may be taken now, by the rate; from one partition at a time. */
    List<ConsumerRecord<byte[], byte[]>> next(long nowMs, int limit) {
        double rate = order.getRatePerSecond();
        credit =
                Math.min(credit + rate * Math.max(0, nowMs - creditedAtMs) / 1000.0, Math.max(1, rate * BURST_SECONDS));
        creditedAtMs = nowMs;
        int may = (int) Math.min(limit, credit);
        if (may == 0) {
            return List.of();
        }
        for (int partition = 0; partition < at.length; partition++) {
            if (at[partition] < offsets.get(partition).length) {
                var found = scan.at(partition, offsets.get(partition), at[partition], may);
                if (!found.isEmpty()) {
                    return found;
                }
                // the topic's retention was quicker
                at[partition] = offsets.get(partition).length;
            }
        }
        return List.of();
    }

    boolean isTakenByOthers(ConsumerRecord<byte[], byte[]> record) {
        return takenByOthers.contains(place(record));
    }

    void takenByOther(ConsumerRecord<byte[], byte[]> record) {
        takenByOthers.add(place(record));
    }

    private static String place(ConsumerRecord<byte[], byte[]> record) {
        return record.partition() + ":" + record.offset();
    }

    /** The progress as it is once these are taken; {@link #took} makes it so. */
    ReplayProgress progressAfter(List<ConsumerRecord<byte[], byte[]>> records, int taken, long nowMs) {
        List<Long> positions = new ArrayList<>(progress.getPositions());
        records.forEach(record -> positions.set(record.partition(), record.offset() + 1));
        boolean ends = remaining() <= records.size();
        return new ReplayProgress(
                ends ? ReplayState.COMPLETED : ReplayState.RUNNING,
                progress.getTotal(),
                progress.getDone() + taken,
                progress.getEnds(),
                positions,
                progress.getStartedAtMs(),
                nowMs,
                null);
    }

    /** A run that moves nothing: it is done when it is counted. */
    ReplayProgress dryProgress(long nowMs) {
        return ReplayProgress.newBuilder(progress)
                .setState(ReplayState.COMPLETED)
                .setUpdatedAtMs(nowMs)
                .build();
    }

    private long remaining() {
        long left = 0;
        for (int partition = 0; partition < at.length; partition++) {
            left += offsets.get(partition).length - at[partition];
        }
        return left;
    }

    /** Whether its deliveries become dead letters instead of going on. */
    boolean endsHolding() {
        return id.equals(HOLDING_ENDS);
    }

    boolean isEmpty() {
        return remaining() == 0;
    }

    void took(List<ConsumerRecord<byte[], byte[]>> records, ReplayProgress committed) {
        records.forEach(record ->
                at[record.partition()] = Arrays.binarySearch(offsets.get(record.partition()), record.offset()) + 1);
        credit -= records.size();
        progress = committed;
    }

    boolean isDone() {
        return progress.getState() != ReplayState.RUNNING;
    }
}
