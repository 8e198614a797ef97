package io.kurier.testkit.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class BrokerFixtureIT {
    @RegisterExtension
    private static final KafkaExtension KAFKA = KafkaExtension.perClass();

    private final String topic = KAFKA.broker().uniquePrefix() + "events";

    @Test
    void readsWholePartitionsInOrderOfTheirOffsets() {
        KAFKA.broker().createTopic(topic, 2);
        try (var producer = producer(Map.of())) {
            for (int i = 0; i < 100; i++) {
                producer.send(new ProducerRecord<>(topic, i % 2, null, "record " + i));
            }
        }
        List<ConsumerRecord<byte[], byte[]>> found = KAFKA.broker().readAll(topic);
        assertThat(found).hasSize(100);
        assertThat(values(found.subList(0, 50)).get(1)).isEqualTo("record 2");
        assertThat(found.get(49).offset()).isEqualTo(49);
        assertThat(found.get(50).partition()).isEqualTo(1);
    }

    @Test
    void anEmptyTopicReadsAsNothing() {
        KAFKA.broker().createTopic(topic, 3);
        assertThat(KAFKA.broker().readAll(topic)).isEmpty();
    }

    @Test
    void committedReadersSeeNeitherAbortedNorOpenTransactions() {
        KAFKA.broker().createTopic(topic, 1);
        try (var producer = producer(Map.of("transactional.id", topic))) {
            producer.initTransactions();
            write(producer, "committed");
            producer.commitTransaction();
            write(producer, "aborted");
            producer.flush();
            producer.abortTransaction();
            write(producer, "open");
            producer.flush();
            assertThat(values(KAFKA.broker().readAll(topic))).containsExactly("committed");
            assertThat(values(KAFKA.broker().readAll(topic, IsolationLevel.READ_UNCOMMITTED)))
                    .containsExactly("committed", "aborted", "open");
            producer.abortTransaction();
        }
    }

    @Test
    void committedOffsetsAreReadWithTheirMetadata() throws Exception {
        KAFKA.broker().createTopic(topic, 1);
        var partition = new TopicPartition(topic, 0);
        String group = topic + "-readers";
        assertThat(KAFKA.broker().committed(group)).isEmpty();
        KAFKA.broker()
                .admin()
                .alterConsumerGroupOffsets(group, Map.of(partition, new OffsetAndMetadata(7, "open: 9")))
                .all()
                .get();
        assertThat(KAFKA.broker().committed(group)).isEqualTo(Map.of(partition, new OffsetAndMetadata(7, "open: 9")));
    }

    @Test
    void internalTopicsAreStampedByTheBroker() {
        KAFKA.broker().createLogAppendTimeTopic(topic, 1);
        try (var producer = producer(Map.of())) {
            producer.send(new ProducerRecord<>(topic, 0, 1_000L, null, "long ago"));
        }
        ConsumerRecord<byte[], byte[]> record = KAFKA.broker().readAll(topic).get(0);
        assertThat(record.timestampType()).isEqualTo(TimestampType.LOG_APPEND_TIME);
        assertThat(record.timestamp()).isGreaterThan(1_000L);
    }

    @Test
    void prefixesKeepTestsApart() {
        assertThat(KAFKA.broker().uniquePrefix())
                .isNotEqualTo(KAFKA.broker().uniquePrefix())
                .endsWith(".");
    }

    @Test
    void closingTakesTheFolderAway() {
        var other = BrokerFixture.start();
        assertThat(other.folder()).isNotEmptyDirectory();
        other.close();
        assertThat(other.folder()).doesNotExist();
    }

    private static KafkaProducer<String, String> producer(Map<String, Object> more) {
        return new KafkaProducer<>(config(more), new StringSerializer(), new StringSerializer());
    }

    private static Map<String, Object> config(Map<String, Object> more) {
        var config = new HashMap<String, Object>(more);
        config.put("bootstrap.servers", KAFKA.broker().bootstrapServers());
        return config;
    }

    private void write(KafkaProducer<String, String> producer, String value) {
        producer.beginTransaction();
        producer.send(new ProducerRecord<>(topic, value));
    }

    private static List<String> values(List<ConsumerRecord<byte[], byte[]>> records) {
        return records.stream().map(found -> new String(found.value(), UTF_8)).toList();
    }
}
