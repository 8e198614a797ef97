package io.kurier.dispatcher.intake;

import io.kurier.dispatcher.offsets.PartitionAssignment;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

/** Decides which partitions are paused: those with too much unsettled, or whose next record waits for its schema. Consumer thread only. */
public final class Backpressure {
    /** How long a partition stays paused whose next record waits for its schema. */
    private static final Duration RETRY_STUCK = Duration.ofSeconds(1);

    private final int maxUnsettled;
    private final long maxBytes;
    private final BooleanSupplier isBackedUp;
    private final Map<TopicPartition, String> stuck = new ConcurrentHashMap<>();
    private final LongSupplier monotonicNanos;
    private long stuckSinceNanos;

    /**
     * @param maxUnsettled unsettled records at which a partition is paused; it resumes below half of them
     * @param maxBytes of the unsettled records of all partitions; above, every partition is paused
     * @param isBackedUp whether so many outcomes wait for their commit that no partition may be read
     * @param monotonicNanos a monotonic clock
     */
    public Backpressure(int maxUnsettled, long maxBytes, BooleanSupplier isBackedUp, LongSupplier monotonicNanos) {
        this.maxUnsettled = maxUnsettled;
        this.maxBytes = maxBytes;
        this.isBackedUp = isBackedUp;
        this.monotonicNanos = monotonicNanos;
    }

    /**
     * The next record of the partition waits for its schema; it is read again after a second.
     *
     * @return true if the partition did not wait before
     */
    boolean stuck(TopicPartition partition, String why) {
        stuckSinceNanos = monotonicNanos.getAsLong();
        return stuck.put(partition, why) == null;
    }

    /** The partition's next record does not wait for a schema. */
    void notStuck(TopicPartition partition) {
        stuck.remove(partition);
    }

    /** Partitions whose next record waits for its schema, each with the reason. Any thread. */
    Map<TopicPartition, String> stuck() {
        return stuck;
    }

    /**
     * Pauses and resumes the partitions of a consumer.
     *
     * @return whether any partition is paused
     */
    boolean apply(Consumer<byte[], byte[]> consumer, Collection<PartitionAssignment> assignments) {
        long bytes = assignments.stream()
                .mapToLong(assignment -> assignment.unsettledBytes())
                .sum();
        boolean all = isBackedUp.getAsBoolean() || bytes > maxBytes;
        Set<TopicPartition> paused = consumer.paused();
        Set<TopicPartition> pause = new HashSet<>();
        Set<TopicPartition> resume = new HashSet<>();
        boolean retryStuck = monotonicNanos.getAsLong() - stuckSinceNanos > RETRY_STUCK.toNanos();
        for (PartitionAssignment assignment : assignments) {
            int unsettled = assignment.unsettled();
            boolean isPaused = paused.contains(assignment.partition);
            boolean tooMuch = unsettled >= (isPaused ? maxUnsettled / 2 : maxUnsettled);
            boolean waits = stuck.containsKey(assignment.partition) && !retryStuck;
            if (all || tooMuch || waits) {
                pause.add(assignment.partition);
            } else if (isPaused) {
                resume.add(assignment.partition);
            }
        }
        consumer.pause(pause);
        consumer.resume(resume);
        return !pause.isEmpty();
    }
}
