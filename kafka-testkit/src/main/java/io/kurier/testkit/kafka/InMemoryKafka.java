package io.kurier.testkit.kafka;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.record.TimestampType;

/**
 * Topics in memory, with producers, transactions and readers of committed records, for tests that need no broker and no
 * thread. Nothing waits: a poll returns what is there. Consumer groups and the admin client are not here. Any thread;
 * each client belongs to one.
 *
 * <p>As in Kafka, the end of a transaction takes an offset of its own in each partition, readers stop before the first
 * open transaction, and a new producer of a transactional id fences the former one.
 */
public class InMemoryKafka {
    private final InstantSource clock;
    private final Map<String, List<InMemoryLog>> topics = new ConcurrentHashMap<>();
    private final Map<String, InMemoryProducer> transactionalIds = new ConcurrentHashMap<>();
    private volatile boolean down;

    /** @param clock stamps the records, as the broker's clock does */
    public InMemoryKafka(InstantSource clock) {
        this.clock = clock;
    }

    public final void createTopic(String topic, int partitions) {
        List<InMemoryLog> logs = new ArrayList<>();
        for (int partition = 0; partition < partitions; partition++) {
            logs.add(new InMemoryLog(new TopicPartition(topic, partition)));
        }
        topics.put(topic, List.copyOf(logs));
    }

    /** Polls find nothing from now on, and every other call fails with a {@link TimeoutException}. */
    public final void goDown() {
        down = true;
    }

    public final void comeBack() {
        down = false;
    }

    /** The committed records of the partition in order, each at its offset. */
    public final List<ConsumerRecord<byte[], byte[]>> committed(TopicPartition partition) {
        return List.copyOf(log(partition).readable(0).values());
    }

    public Producer<byte[], byte[]> producer(Map<String, Object> overrides) {
        return new InMemoryProducer(this, null);
    }

    public Producer<byte[], byte[]> transactionalProducer(String transactionalId) {
        return new InMemoryProducer(this, transactionalId);
    }

    /** Reads the partitions it is assigned. */
    public Consumer<byte[], byte[]> reader() {
        return new InMemoryReader(this);
    }

    final boolean isDown() {
        return down;
    }

    final void checkUp() {
        if (down) {
            throw new TimeoutException("the in-memory Kafka is down");
        }
    }

    final InMemoryLog log(TopicPartition partition) {
        List<InMemoryLog> logs = topics.get(partition.topic());
        if (logs == null || partition.partition() >= logs.size()) {
            throw new IllegalStateException("no partition " + partition + ": create its topic first");
        }
        return logs.get(partition.partition());
    }

    final List<PartitionInfo> partitions(String topic) {
        List<PartitionInfo> found = new ArrayList<>();
        for (int partition = 0;
                partition < topics.getOrDefault(topic, List.of()).size();
                partition++) {
            found.add(new PartitionInfo(topic, partition, null, null, null));
        }
        return found;
    }

    /** The partition a record goes to: the given one, or one of its key. */
    final TopicPartition partitionOf(ProducerRecord<byte[], byte[]> record) {
        List<InMemoryLog> logs = topics.getOrDefault(record.topic(), List.of());
        Integer given = record.partition();
        if (given == null) {
            given = logs.isEmpty() ? 0 : Math.floorMod(Arrays.hashCode(record.key()), logs.size());
        }
        return new TopicPartition(record.topic(), given);
    }

    final long nowMs() {
        return clock.millis();
    }

    /** From now on this producer owns the id; the former owner is fenced and its open transaction aborted. */
    final void take(String transactionalId, InMemoryProducer producer) {
        InMemoryProducer former = transactionalIds.put(transactionalId, producer);
        if (former != null && former != producer) {
            former.fence();
        }
    }

    /** A transaction's state, shared by all its records. */
    static final class Transaction {
        private boolean open = true;
        private boolean committed;

        synchronized void end(boolean commit) {
            open = false;
            committed = commit;
        }

        synchronized boolean isOpen() {
            return open;
        }

        synchronized boolean isCommitted() {
            return committed;
        }
    }

    /** One partition: records and the ends of transactions, each at its offset. */
    static final class InMemoryLog {
        private static final Transaction NONE = new Transaction();

        static {
            NONE.end(true);
        }

        private record Entry(ConsumerRecord<byte[], byte[]> record, Transaction transaction) {}

        private final TopicPartition partition;
        private final NavigableMap<Long, Entry> entries = new TreeMap<>();
        private long end;

        InMemoryLog(TopicPartition partition) {
            this.partition = partition;
        }

        /** @return the record's offset */
        synchronized long append(ProducerRecord<byte[], byte[]> record, long nowMs, Transaction transaction) {
            ConsumerRecord<byte[], byte[]> stored = new ConsumerRecord<>(
                    partition.topic(),
                    partition.partition(),
                    end,
                    nowMs,
                    TimestampType.LOG_APPEND_TIME,
                    record.key() == null ? -1 : record.key().length,
                    record.value() == null ? -1 : record.value().length,
                    record.key(),
                    record.value(),
                    record.headers(),
                    Optional.empty());
            entries.put(end, new Entry(stored, transaction));
            return end++;
        }

        long append(ProducerRecord<byte[], byte[]> record, long nowMs) {
            return append(record, nowMs, NONE);
        }

        synchronized void endTransaction() {
            end++;
        }

        /** Where readers of committed records stop: before the first open transaction. */
        synchronized long stableEnd() {
            return entries.values().stream()
                    .filter(entry -> entry.transaction().isOpen())
                    .findFirst()
                    .map(entry -> entry.record().offset())
                    .orElse(end);
        }

        synchronized NavigableMap<Long, ConsumerRecord<byte[], byte[]>> readable(long from) {
            NavigableMap<Long, ConsumerRecord<byte[], byte[]>> found = new TreeMap<>();
            entries.subMap(from, Math.max(from, stableEnd())).forEach((offset, entry) -> {
                if (entry.transaction().isCommitted()) {
                    found.put(offset, entry.record());
                }
            });
            return found;
        }
    }
}
