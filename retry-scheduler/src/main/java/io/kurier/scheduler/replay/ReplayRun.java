package io.kurier.scheduler.replay;

import io.kurier.schemas.ReplayOrder;
import io.kurier.schemas.ReplayProgress;
import io.kurier.schemas.ReplayState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** A replay whose letters are known, while this process runs it: what is left, its rate, its progress. One thread. */
final class ReplayRun {
    /** Several runs share a reader and seek it in turn; a shorter wait could end each fetch of a slow broker in vain. */
    private static final Duration READ = Duration.ofMillis(500);

    private final ReplayPlan plan;
    private final String topic;
    private final RemainingLetters letters;
    private final ReplayRate rate;
    private ReplayProgress progress;

    /**
     * @param topic where the letters stand
     * @param letters what the scan found
     * @param ends end offset of each partition, fixed when the replay began
     */
    ReplayRun(ReplayPlan plan, String topic, RemainingLetters letters, List<Long> ends, long nowMs) {
        this.plan = plan;
        this.topic = topic;
        this.letters = letters;
        this.rate = new ReplayRate(plan.order().getRatePerSecond(), nowMs);
        ReplayProgress former = plan.progress();
        this.progress = former != null
                ? former
                : ReplayProgress.newBuilder()
                        .setState(ReplayState.RUNNING)
                        .setTotal(letters.count())
                        .setDone(0)
                        .setEnds(ends)
                        .setPositions(ends.stream().map(end -> 0L).toList())
                        .setStartedAtMs(nowMs)
                        .setUpdatedAtMs(nowMs)
                        .build();
    }

    String id() {
        return plan.id();
    }

    ReplayPlan plan() {
        return plan;
    }

    ReplayOrder order() {
        return plan.order();
    }

    ReplayProgress progress() {
        return progress;
    }

    /**
     * The letters that the rate allows to be moved now, all of one partition.
     *
     * @return none if the rate allows none, or if those that were next could not be read; the next call then tries the
     *     ones after those that the topic's retention has deleted
     */
    List<ConsumerRecord<byte[], byte[]>> next(PartitionReader reader, long nowMs, int limit)
            throws InterruptedException {
        int may = rate.available(nowMs, limit);
        OptionalInt partition = letters.nextPartition();
        return may == 0 || partition.isEmpty() ? List.of() : read(reader, partition.getAsInt(), may);
    }

    private List<ConsumerRecord<byte[], byte[]>> read(PartitionReader reader, int partition, int limit)
            throws InterruptedException {
        PartitionReader.Page page =
                reader.read(new TopicPartition(topic, partition), letters.nextOffset(partition), READ);
        List<ConsumerRecord<byte[], byte[]>> found = page.records().stream()
                .filter(record -> letters.contains(partition, record.offset()))
                .limit(limit)
                .toList();
        if (found.isEmpty()) {
            letters.skipBelow(partition, page.nextOffset());
        }
        return found;
    }

    boolean isTakenByOther(ConsumerRecord<byte[], byte[]> record) {
        return letters.isTakenByOther(record.partition(), record.offset());
    }

    void takenByOther(ConsumerRecord<byte[], byte[]> record) {
        letters.takenByOther(record.partition(), record.offset());
    }

    /**
     * The progress to commit with a step; {@link #committed} makes it the run's own.
     *
     * @param records the letters that the step passes
     * @param moved how many of them it moves
     */
    ReplayProgress progressAfter(List<ConsumerRecord<byte[], byte[]>> records, int moved, long nowMs) {
        List<Long> positions = new ArrayList<>(progress.getPositions());
        records.forEach(record -> positions.set(record.partition(), record.offset() + 1));
        boolean isLast = order().getDryRun() || letters.count() <= records.size();
        return ReplayProgress.newBuilder(progress)
                .setState(isLast ? ReplayState.COMPLETED : ReplayState.RUNNING)
                .setDone(progress.getDone() + moved)
                .setPositions(positions)
                .setUpdatedAtMs(nowMs)
                .build();
    }

    void committed(List<ConsumerRecord<byte[], byte[]>> records, ReplayProgress committed) {
        records.forEach(record -> letters.skipBelow(record.partition(), record.offset() + 1));
        rate.spend(records.size());
        progress = committed;
    }

    /** Whether no letter is left to move. */
    boolean isEmpty() {
        return letters.isEmpty();
    }

    boolean isCompleted() {
        return progress.getState() == ReplayState.COMPLETED;
    }
}
