package io.kurier.testkit.kafka;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;

/** Kafka's mock consumer, fed from the logs of an {@link InMemoryKafka}: committed records only. One thread. */
final class InMemoryReader extends MockConsumer<byte[], byte[]> {
    private final InMemoryKafka kafka;

    InMemoryReader(InMemoryKafka kafka) {
        super("earliest");
        this.kafka = kafka;
    }

    @Override
    public synchronized void assign(Collection<TopicPartition> partitions) {
        super.assign(partitions);
        Map<TopicPartition, Long> beginnings = new HashMap<>();
        partitions.forEach(partition -> beginnings.put(partition, 0L));
        updateBeginningOffsets(beginnings);
    }

    @Override
    public synchronized ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
        if (kafka.isDown()) {
            return ConsumerRecords.empty();
        }
        Map<TopicPartition, Long> ends = new HashMap<>();
        for (TopicPartition partition : assignment()) {
            if (!paused().contains(partition)) {
                InMemoryKafka.InMemoryLog log = kafka.log(partition);
                ends.put(partition, log.stableEnd());
                log.readable(position(partition)).values().forEach(this::addRecord);
            }
        }
        ConsumerRecords<byte[], byte[]> records = super.poll(Duration.ZERO);
        // the ends of transactions and what was aborted lie between
        ends.forEach((partition, end) -> {
            if (position(partition) < end) {
                seek(partition, end);
            }
        });
        return records;
    }

    @Override
    public synchronized Map<TopicPartition, Long> endOffsets(Collection<TopicPartition> partitions) {
        kafka.checkUp();
        Map<TopicPartition, Long> ends = new HashMap<>();
        partitions.forEach(partition -> ends.put(partition, kafka.log(partition).stableEnd()));
        return ends;
    }

    @Override
    public Map<TopicPartition, Long> endOffsets(Collection<TopicPartition> partitions, Duration timeout) {
        return endOffsets(partitions);
    }

    @Override
    public synchronized List<PartitionInfo> partitionsFor(String topic) {
        kafka.checkUp();
        return kafka.partitions(topic);
    }
}
