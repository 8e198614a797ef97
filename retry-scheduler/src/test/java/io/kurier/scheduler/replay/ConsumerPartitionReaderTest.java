package io.kurier.scheduler.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.runtime.kafka.KafkaClients;
import io.kurier.testkit.ManualProcessClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

class ConsumerPartitionReaderTest {
    private static final TopicPartition FIRST = new TopicPartition("t", 0);
    private static final TopicPartition OTHER = new TopicPartition("t", 1);
    private static final Duration WAIT = Duration.ofMillis(50);

    private final List<String> seeks = new ArrayList<>();
    private boolean isPositionUnknown;
    /** The consumer seeks by itself when it has found the first offset. */
    private boolean isPolling;

    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest") {
        @Override
        public synchronized void seek(TopicPartition partition, long offset) {
            if (!isPolling) {
                seeks.add(partition.partition() + ":" + offset);
            }
            super.seek(partition, offset);
        }

        @Override
        public synchronized void seekToBeginning(Collection<TopicPartition> partitions) {
            partitions.forEach(partition -> seeks.add(partition.partition() + ":beginning"));
            super.seekToBeginning(partitions);
        }

        @Override
        public synchronized ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
            isPolling = true;
            ConsumerRecords<byte[], byte[]> records = super.poll(timeout);
            isPolling = false;
            return records;
        }

        @Override
        public synchronized long position(TopicPartition partition, Duration timeout) {
            if (isPositionUnknown) {
                throw new TimeoutException("not known yet");
            }
            return super.position(partition, timeout);
        }
    };
    private final ConsumerPartitionReader reader = new ConsumerPartitionReader(new Clients(), new ManualProcessClock());

    /** Only readers are needed. */
    private final class Clients implements KafkaClients {
        @Override
        public Producer<byte[], byte[]> producer(Map<String, Object> overrides) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Producer<byte[], byte[]> transactionalProducer(String transactionalId) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Consumer<byte[], byte[]> member(String group, Map<String, Object> overrides) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Consumer<byte[], byte[]> reader() {
            consumer.updateBeginningOffsets(Map.of(FIRST, 3L, OTHER, 0L));
            return consumer;
        }

        @Override
        public Admin admin() {
            throw new UnsupportedOperationException();
        }
    }

    private PartitionReader.Page read(TopicPartition partition, long offset) throws InterruptedException {
        return reader.read(partition, offset, WAIT);
    }

    @Test
    void aPartitionIsReadFromItsFirstOffsetAndOnWithoutSeeking() throws Exception {
        assertThat(read(FIRST, 0)).isEqualTo(new PartitionReader.Page(List.of(), 3));
        consumer.addRecord(new ConsumerRecord<>("t", 0, 3, new byte[0], new byte[0]));
        consumer.addRecord(new ConsumerRecord<>("t", 0, 4, new byte[0], new byte[0]));

        PartitionReader.Page page = read(FIRST, 3);
        assertThat(page.records()).extracting(ConsumerRecord::offset).containsExactly(3L, 4L);
        assertThat(page.nextOffset()).isEqualTo(5);
        read(FIRST, 5);
        assertThat(seeks).containsExactly("0:beginning");
    }

    @Test
    void anotherOffsetAndAnotherPartitionAreSought() throws Exception {
        read(FIRST, 7);
        read(OTHER, 7);
        read(OTHER, 7);
        read(OTHER, 6);
        read(FIRST, 7);

        assertThat(seeks).containsExactly("0:7", "1:7", "1:6", "0:7");
    }

    @Test
    void whileKafkaHasNotToldThePositionThePageIsEmptyAndTheNextReadDoesNotSeekAgain() throws Exception {
        isPositionUnknown = true;
        assertThat(read(FIRST, 0)).isEqualTo(new PartitionReader.Page(List.of(), 0));
        isPositionUnknown = false;
        assertThat(read(FIRST, 0)).isEqualTo(new PartitionReader.Page(List.of(), 3));

        assertThat(seeks).containsExactly("0:beginning");
    }
}
