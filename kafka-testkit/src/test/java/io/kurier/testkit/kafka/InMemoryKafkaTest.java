package io.kurier.testkit.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class InMemoryKafkaTest {
    private static final TopicPartition PARTITION = new TopicPartition("t", 0);

    private final ManualTime time = new ManualTime();
    private final InMemoryKafka kafka = new InMemoryKafka(time);
    private final Consumer<byte[], byte[]> reader = kafka.reader();

    @BeforeEach
    void assign() {
        kafka.createTopic("t", 1);
        reader.assign(List.of(PARTITION));
        reader.seekToBeginning(List.of(PARTITION));
    }

    private static void send(Producer<byte[], byte[]> producer, String value) {
        producer.send(new ProducerRecord<>("t", 0, null, value.getBytes(UTF_8)));
    }

    private Producer<byte[], byte[]> begun(String id) {
        Producer<byte[], byte[]> producer = kafka.transactionalProducer(id);
        producer.initTransactions();
        producer.beginTransaction();
        return producer;
    }

    private List<String> poll() {
        List<String> found = new ArrayList<>();
        reader.poll(Duration.ZERO)
                .forEach(record -> found.add(record.offset() + "=" + new String(record.value(), UTF_8)));
        return found;
    }

    @Test
    void readersStopBeforeTheFirstOpenTransactionAndSkipItsEnd() {
        send(kafka.producer(Map.of()), "a");
        Producer<byte[], byte[]> open = begun("x");
        send(open, "b");
        send(kafka.producer(Map.of()), "c");

        assertThat(poll()).containsExactly("0=a");
        assertThat(reader.endOffsets(List.of(PARTITION))).containsEntry(PARTITION, 1L);
        open.commitTransaction();

        assertThat(poll()).containsExactly("1=b", "2=c");
        assertThat(reader.position(PARTITION)).isEqualTo(4);
        assertThat(reader.endOffsets(List.of(PARTITION))).containsEntry(PARTITION, 4L);
    }

    @Test
    void anAbortedTransactionIsNeverRead() {
        Producer<byte[], byte[]> open = begun("x");
        send(open, "a");
        open.abortTransaction();

        assertThat(poll()).isEmpty();
        assertThat(reader.position(PARTITION)).isEqualTo(2);
        assertThat(kafka.committed(PARTITION)).isEmpty();
    }

    @Test
    void aNewOwnerOfATransactionalIdFencesTheFormerAndAbortsItsTransaction() {
        Producer<byte[], byte[]> former = begun("x");
        send(former, "a");

        kafka.transactionalProducer("x").initTransactions();

        assertThatExceptionOfType(ProducerFencedException.class).isThrownBy(former::commitTransaction);
        assertThat(poll()).isEmpty();
        assertThat(reader.position(PARTITION)).isEqualTo(2);
    }

    @Test
    void aPausedPartitionIsReadAfterItIsResumed() {
        send(kafka.producer(Map.of()), "a");
        reader.pause(List.of(PARTITION));
        assertThat(poll()).isEmpty();

        reader.resume(List.of(PARTITION));
        assertThat(poll()).containsExactly("0=a");

        reader.seek(PARTITION, 0);
        assertThat(poll()).as("read again").containsExactly("0=a");
    }

    @Test
    void whileKafkaIsDownCallsFailAndPollsFindNothing() {
        Producer<byte[], byte[]> producer = kafka.producer(Map.of());
        kafka.goDown();

        assertThatExceptionOfType(TimeoutException.class).isThrownBy(() -> send(producer, "a"));
        assertThatExceptionOfType(TimeoutException.class).isThrownBy(() -> reader.endOffsets(List.of(PARTITION)));
        assertThat(poll()).isEmpty();

        kafka.comeBack();
        time.advance(Duration.ofHours(1));
        send(producer, "b");
        assertThat(poll()).containsExactly("0=b");
        assertThat(kafka.committed(PARTITION).get(0).timestamp()).isEqualTo(time.millis());
    }
}
