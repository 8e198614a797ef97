package io.kurier.scheduler.replay;

import io.kurier.runtime.kafka.EndOffsets;
import io.kurier.runtime.kafka.KafkaClients;
import io.kurier.runtime.kafka.PausablePoll;
import io.kurier.runtime.time.ProcessClock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A {@link PartitionReader} over a Kafka consumer. Reading on where the last page ended costs no seek. One thread. */
public final class ConsumerPartitionReader implements PartitionReader {
    private static final long UNKNOWN = -1;

    private final KafkaClients kafka;
    private final Consumer<byte[], byte[]> consumer;
    private final ProcessClock clock;
    private @Nullable TopicPartition assigned;
    private long position = UNKNOWN;

    public ConsumerPartitionReader(KafkaClients kafka, ProcessClock clock) {
        this.kafka = kafka;
        this.consumer = kafka.reader();
        this.clock = clock;
    }

    @Override
    public List<Long> ends(String topic) throws InterruptedException {
        List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .sorted((a, b) -> Integer.compare(a.partition(), b.partition()))
                .toList();
        Map<TopicPartition, Long> ends = EndOffsets.of(kafka, partitions);
        return partitions.stream()
                .map(partition -> ends.getOrDefault(partition, 0L))
                .toList();
    }

    @Override
    public Page read(TopicPartition partition, long offset, Duration wait) throws InterruptedException {
        seek(partition, offset);
        ConsumerRecords<byte[], byte[]> records = PausablePoll.poll(consumer, wait, clock);
        try {
            position = consumer.position(partition, wait);
        } catch (TimeoutException e) {
            // Kafka has not told the partition's first offset yet; the consumer goes on asking with its next poll
            List<ConsumerRecord<byte[], byte[]>> read = records.records(partition);
            position = read.isEmpty() ? offset : read.get(read.size() - 1).offset() + 1;
        }
        return new Page(records.records(partition), position);
    }

    private void seek(TopicPartition partition, long offset) {
        boolean isOther = !partition.equals(assigned);
        if (isOther) {
            consumer.assign(List.of(partition));
            assigned = partition;
        }
        if (isOther || position != offset) {
            if (offset == 0) {
                consumer.seekToBeginning(List.of(partition));
            } else {
                consumer.seek(partition, offset);
            }
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}
