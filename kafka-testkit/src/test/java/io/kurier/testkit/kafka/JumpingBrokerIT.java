package io.kurier.testkit.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Clients that live through jumps of the broker's clock: their own clock, like Kafka's, does not jump. */
class JumpingBrokerIT {
    private static final List<Duration> JUMPS = List.of(
            Duration.ofSeconds(1),
            Duration.ofMinutes(1),
            Duration.ofHours(6),
            Duration.ofHours(24),
            Duration.ofHours(24),
            Duration.ofDays(3));

    private static final ManualClock CLOCK = new ManualClock();

    @RegisterExtension
    private static final KafkaExtension KAFKA = KafkaExtension.perClass(CLOCK);

    private final String prefix = KAFKA.broker().uniquePrefix();

    @Test
    void recordsCarryTheShiftedTimeAfterEachJump() throws Exception {
        String topic = prefix + "tier";
        KAFKA.broker().createLogAppendTimeTopic(topic, 1);
        try (var producer = producer(Map.of())) {
            for (Duration jump : JUMPS) {
                CLOCK.advance(jump);
                long before = CLOCK.millis();
                var written = producer.send(new ProducerRecord<>(topic, "after " + jump))
                        .get();
                assertThat(written.timestamp()).isBetween(before, CLOCK.millis());
            }
        }
        List<ConsumerRecord<byte[], byte[]>> found = KAFKA.broker().readAll(topic);
        assertThat(found)
                .hasSameSizeAs(JUMPS)
                .allMatch(record -> record.timestampType() == TimestampType.LOG_APPEND_TIME);
        for (int i = 1; i < found.size(); i++) {
            long waited = found.get(i).timestamp() - found.get(i - 1).timestamp();
            assertThat(waited).isGreaterThanOrEqualTo(JUMPS.get(i).toMillis());
        }
    }

    @Test
    void aGroupKeepsItsMembersAndTransactionsCommitAcrossJumps() {
        String in = prefix + "in";
        String out = prefix + "out";
        KAFKA.broker().createLogAppendTimeTopic(in, 2);
        KAFKA.broker().createLogAppendTimeTopic(out, 2);
        var rebalances = new Rebalances();
        var expected = new ArrayList<String>();
        try (var source = producer(Map.of());
                var writer = producer(Map.of("transactional.id", prefix + "writer", "transaction.timeout.ms", 10_000));
                var consumer = consumer(prefix + "group")) {
            writer.initTransactions();
            consumer.subscribe(List.of(in), rebalances);
            for (Duration jump : JUMPS) {
                String value = "after " + jump + ", " + expected.size();
                expected.add(value);
                CLOCK.advance(jump);
                source.send(new ProducerRecord<>(in, value, value));
                copyOneInATransaction(consumer, writer, out);
            }
            assertThat(rebalances.taken).as("partitions taken away by a jump").isEmpty();
        }
        assertThat(values(out)).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(KAFKA.broker().committed(prefix + "group").values().stream()
                        .mapToLong(OffsetAndMetadata::offset)
                        .sum())
                .isEqualTo(expected.size());
    }

    /** The clock jumps while the transaction is open, for longer than its timeout. */
    private static void copyOneInATransaction(
            Consumer<String, String> consumer, Producer<String, String> writer, String out) {
        ConsumerRecord<String, String> found = next(consumer);
        writer.beginTransaction();
        writer.send(new ProducerRecord<>(out, found.key(), found.value()));
        writer.flush();
        CLOCK.advance(Duration.ofHours(1));
        writer.sendOffsetsToTransaction(
                Map.of(new TopicPartition(found.topic(), found.partition()), new OffsetAndMetadata(found.offset() + 1)),
                consumer.groupMetadata());
        writer.commitTransaction();
    }

    private static ConsumerRecord<String, String> next(Consumer<String, String> consumer) {
        long start = System.nanoTime();
        while (System.nanoTime() - start < Duration.ofSeconds(20).toNanos()) {
            for (ConsumerRecord<String, String> found : consumer.poll(Duration.ofMillis(100))) {
                return found;
            }
        }
        throw new AssertionError("no record within 20 s");
    }

    @Test
    void aNewMemberAndANewWriterOfTheSameIdTakeOverAfterJumps() {
        String in = prefix + "in";
        KAFKA.broker().createLogAppendTimeTopic(in, 1);
        for (Duration jump : JUMPS) {
            CLOCK.advance(jump);
            try (var writer = producer(Map.of("transactional.id", prefix + "writer"));
                    var consumer = consumer(prefix + "group")) {
                writer.initTransactions();
                writer.beginTransaction();
                writer.send(new ProducerRecord<>(in, "after " + jump));
                writer.commitTransaction();
                consumer.subscribe(List.of(in));
                assertThat(next(consumer).value()).isEqualTo("after " + jump);
                consumer.commitSync();
            }
        }
    }

    private static Producer<String, String> producer(Map<String, Object> more) {
        var config = new HashMap<String, Object>(more);
        config.put("bootstrap.servers", KAFKA.broker().bootstrapServers());
        return new KafkaProducer<>(config, new StringSerializer(), new StringSerializer());
    }

    private static Consumer<String, String> consumer(String group) {
        Map<String, Object> config = Map.of(
                "bootstrap.servers",
                KAFKA.broker().bootstrapServers(),
                "group.id",
                group,
                "group.protocol",
                "consumer",
                "isolation.level",
                "read_committed",
                "enable.auto.commit",
                false,
                "auto.offset.reset",
                "earliest");
        return new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer());
    }

    private static List<String> values(String topic) {
        return KAFKA.broker().readAll(topic).stream()
                .map(found -> new String(found.value(), UTF_8))
                .toList();
    }

    private static final class Rebalances implements ConsumerRebalanceListener {
        private final List<TopicPartition> taken = new ArrayList<>();

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {}

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            taken.addAll(partitions);
        }
    }
}
