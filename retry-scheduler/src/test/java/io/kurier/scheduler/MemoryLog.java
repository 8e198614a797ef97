package io.kurier.scheduler;

import io.kurier.runtime.time.ProcessClock;
import io.kurier.scheduler.replay.PartitionReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;

/** Topics in memory: appends, transactions with their markers, retention, and readers of committed records. One thread. */
public final class MemoryLog {
    private static final class Partition {
        final List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        long first;
        long end;
        /** First offset of an open transaction. */
        long stable = Long.MAX_VALUE;
    }

    private final ProcessClock clock;
    private final Map<String, Integer> partitionCounts = new HashMap<>();
    private final Map<TopicPartition, Partition> partitions =
            new TreeMap<>((a, b) -> a.topic().equals(b.topic())
                    ? a.partition() - b.partition()
                    : a.topic().compareTo(b.topic()));
    private final List<Consumer<ConsumerRecord<byte[], byte[]>>> listeners = new ArrayList<>();

    public MemoryLog(ProcessClock clock) {
        this.clock = clock;
    }

    public void setPartitions(String topic, int count) {
        partitionCounts.put(topic, count);
    }

    private int count(String topic) {
        return partitionCounts.getOrDefault(topic, 2);
    }

    private Partition partition(TopicPartition partition) {
        return partitions.computeIfAbsent(partition, each -> new Partition());
    }

    /** Hears of every committed record. */
    public void listen(Consumer<ConsumerRecord<byte[], byte[]>> listener) {
        listeners.add(listener);
    }

    /** Appends with the clock's time; the key's partition unless the record names one. */
    public ConsumerRecord<byte[], byte[]> append(ProducerRecord<byte[], byte[]> sent) {
        int number = sent.partition() != null
                ? sent.partition()
                : Math.floorMod(Arrays.hashCode(sent.key()), count(sent.topic()));
        Partition partition = partition(new TopicPartition(sent.topic(), number));
        ConsumerRecord<byte[], byte[]> record = new ConsumerRecord<>(
                sent.topic(),
                number,
                partition.end++,
                clock.millis(),
                TimestampType.LOG_APPEND_TIME,
                sent.key() == null ? 0 : sent.key().length,
                sent.value() == null ? 0 : sent.value().length,
                sent.key(),
                sent.value(),
                new RecordHeaders(sent.headers()),
                Optional.empty());
        partition.records.add(record);
        listeners.forEach(listener -> listener.accept(record));
        return record;
    }

    /** Appends all, and behind them a transaction marker in each partition. */
    public void commit(List<ProducerRecord<byte[], byte[]>> records) {
        records.stream()
                .map(this::append)
                .map(record -> new TopicPartition(record.topic(), record.partition()))
                .distinct()
                .forEach(partition -> partition(partition).end++);
    }

    /** Records from the partition's end on stay unreadable until {@link #endTransaction}. */
    public void beginTransaction(TopicPartition partition) {
        partition(partition).stable = partition(partition).end;
    }

    public void endTransaction(TopicPartition partition) {
        partition(partition).stable = Long.MAX_VALUE;
        partition(partition).end++;
    }

    /** What retention does. */
    public void deleteBelow(TopicPartition partition, long offset) {
        partition(partition).first = offset;
        partition(partition).records.removeIf(record -> record.offset() < offset);
    }

    /** All records of the topic, by partition and offset. */
    public List<ConsumerRecord<byte[], byte[]>> records(String topic) {
        return partitions.entrySet().stream()
                .filter(each -> each.getKey().topic().equals(topic))
                .flatMap(each -> each.getValue().records.stream())
                .toList();
    }

    public long end(TopicPartition partition) {
        return partition(partition).end;
    }

    /** @param page records per read */
    public PartitionReader reader(int page) {
        return new PartitionReader() {
            @Override
            public List<Long> ends(String topic) {
                return IntStream.range(0, count(topic))
                        .mapToObj(number -> end(new TopicPartition(topic, number)))
                        .toList();
            }

            @Override
            public Page read(TopicPartition wanted, long offset, Duration wait) throws InterruptedException {
                Partition partition = partition(wanted);
                long from = Math.max(offset, partition.first);
                long to = Math.min(partition.end, partition.stable);
                List<ConsumerRecord<byte[], byte[]>> found = partition.records.stream()
                        .filter(record -> record.offset() >= from && record.offset() < to)
                        .limit(page)
                        .toList();
                if (found.isEmpty() && to <= from) {
                    clock.sleep(wait);
                }
                boolean isMore = found.size() == page;
                return new Page(found, isMore ? found.get(page - 1).offset() + 1 : Math.max(from, to));
            }

            @Override
            public void close() {}
        };
    }
}
