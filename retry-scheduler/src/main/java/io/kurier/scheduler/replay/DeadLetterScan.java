package io.kurier.scheduler.replay;

import io.kurier.runtime.time.ProcessClock;
import io.kurier.schemas.DeadLetter;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads a topic of entries and takings, {@code dead-letters} or {@code held}, once through, step by step, to find the
 * letters that a replay has to move: entries below the ends fixed at the replay's start that match it and that no later
 * record supersedes. Memory: the delivery ids of one partition at a time, and eight bytes per letter found. One thread.
 */
final class DeadLetterScan {
    /** With the 500 records of a Kafka poll, what one step reads at the most. */
    private static final int READS_PER_STEP = 20;

    private static final long NOT_REPLAYED = -1;

    private final ReplayPlan plan;
    private final String topic;
    private final List<Long> ends;
    private final List<Long> readTo;
    private final PartitionReader reader;
    private final ReplayRecords records;
    private final RemainingLetters letters;
    private final Map<String, Long> lastById = new HashMap<>();
    private int partition;
    private long position;

    private DeadLetterScan(
            ReplayPlan plan, String topic, List<Long> readTo, PartitionReader reader, ReplayRecords records) {
        this.plan = plan;
        this.topic = topic;
        this.ends = plan.endsOr(readTo);
        this.readTo = readTo;
        this.reader = reader;
        this.records = records;
        this.letters = new RemainingLetters(readTo.size());
    }

    /**
     * Fixes how far to read: to the ends of now, open transactions included, so that every taking committed before the scan
     * is seen. The caller reports what is taken from now on to {@link #takenByOther}.
     */
    static DeadLetterScan begin(ReplayPlan plan, String topic, PartitionReader reader, ReplayRecords records)
            throws InterruptedException {
        return new DeadLetterScan(plan, topic, reader.ends(topic), reader, records);
    }

    ReplayPlan plan() {
        return plan;
    }

    /** Reads on for no longer than the budget, waits for records included. */
    void step(Duration budget, ProcessClock clock) throws InterruptedException {
        long startNanos = clock.nanoTime();
        for (int reads = 0; reads < READS_PER_STEP && !isDone(); reads++) {
            Duration left = budget.minusNanos(clock.nanoTime() - startNanos);
            if (left.isNegative() || left.isZero()) {
                return;
            }
            read(left);
        }
    }

    private void read(Duration wait) throws InterruptedException {
        if (position < readTo.get(partition)) {
            PartitionReader.Page page = reader.read(new TopicPartition(topic, partition), position, wait);
            page.records().forEach(this::look);
            position = page.nextOffset();
        }
        if (position >= readTo.get(partition)) {
            finishPartition();
        }
    }

    private void look(ConsumerRecord<byte[], byte[]> record) {
        DeadLetter letter = records.read(record);
        if (letter != null) {
            boolean isReplayed = record.offset() < end() && plan.matches().test(letter);
            lastById.put(letter.getDeliveryId(), isReplayed ? record.offset() : NOT_REPLAYED);
        }
    }

    /** Partitions that the topic got after the replay began have no letters for it. */
    private long end() {
        return partition < ends.size() ? ends.get(partition) : 0;
    }

    private void finishPartition() {
        long[] offsets = lastById.values().stream()
                .mapToLong(Long::longValue)
                .filter(offset -> offset != NOT_REPLAYED)
                .toArray();
        Arrays.sort(offsets);
        letters.add(partition, offsets);
        lastById.clear();
        partition++;
        position = 0;
    }

    /** Another replay has taken the letter since the scan began. */
    void takenByOther(ConsumerRecord<byte[], byte[]> record) {
        letters.takenByOther(record.partition(), record.offset());
    }

    boolean isDone() {
        return partition == readTo.size();
    }

    /** The replay with the letters found, once the scan is done. */
    ReplayRun run(long nowMs) {
        return new ReplayRun(plan, topic, letters, ends, nowMs);
    }
}
