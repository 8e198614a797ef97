package io.kurier.dispatcher.intake;

import io.kurier.dispatcher.offsets.PartitionAssignment;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

/** Which partitions are not read on for now: too much of them is unsettled, or a record waits for its schema. Its intake's. */
final class Backpressure {
    private static final Duration RETRY_STUCK = Duration.ofSeconds(1);

    private final int maxUnsettled;
    private final long maxBytes;
    private final BooleanSupplier isBackedUp;
    private final Map<TopicPartition, String> stuck = new ConcurrentHashMap<>();
    private long stuckSinceNanos;

    /** @param maxUnsettled records of one partition; {@code maxBytes} counts all of them together */
    Backpressure(int maxUnsettled, long maxBytes, BooleanSupplier isBackedUp) {
        this.maxUnsettled = maxUnsettled;
        this.maxBytes = maxBytes;
        this.isBackedUp = isBackedUp;
    }

    /** The next record of the partition waits for its schema; it is tried again each second. True when it did not wait before. */
    boolean stuck(TopicPartition partition, String why) {
        stuckSinceNanos = System.nanoTime();
        return stuck.put(partition, why) == null;
    }

    void moves(TopicPartition partition) {
        stuck.remove(partition);
    }

    /** Which partitions wait, and what for. Any thread may ask. */
    Map<TopicPartition, String> stuck() {
        return stuck;
    }

    /** Pauses and resumes; true when anything is paused. */
    boolean pause(Consumer<byte[], byte[]> consumer, Collection<PartitionAssignment> assignments) {
        long bytes = assignments.stream()
                .mapToLong(assignment -> assignment.unsettledBytes.get())
                .sum();
        boolean all = isBackedUp.getAsBoolean() || bytes > maxBytes;
        Set<TopicPartition> paused = consumer.paused();
        Set<TopicPartition> pause = new HashSet<>();
        Set<TopicPartition> resume = new HashSet<>();
        boolean retryStuck = System.nanoTime() - stuckSinceNanos > RETRY_STUCK.toNanos();
        for (PartitionAssignment assignment : assignments) {
            int unsettled = assignment.unsettled.get();
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
