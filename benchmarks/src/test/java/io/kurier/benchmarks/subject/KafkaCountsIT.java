package io.kurier.benchmarks.subject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kurier.benchmarks.ledger.Ledger;
import io.kurier.benchmarks.ledger.OutcomeCounter;
import io.kurier.benchmarks.load.LoadWebhooks;
import io.kurier.benchmarks.process.Polling;
import io.kurier.schemas.Attempt;
import io.kurier.schemas.Outcome;
import io.kurier.schemas.wire.RecordCodec;
import io.kurier.schemas.wire.WriterSchemas;
import io.kurier.testkit.kafka.BrokerFixture;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Reads committed outcomes and the group's lag from a real broker. */
class KafkaCountsIT {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final RecordCodec<Attempt> codec = new RecordCodec<>(Attempt.class, new WriterSchemas());
    private final Ledger ledger = new Ledger(LoadWebhooks.ONE);
    private BrokerFixture broker;

    @BeforeEach
    void start() {
        broker = BrokerFixture.start();
        broker.createTopic("kurier.events", 2);
        broker.createTopic("kurier.attempts", 2);
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    @Test
    void onlyCommittedOutcomesAreCounted() {
        for (int i = 0; i < 4; i++) {
            ledger.accept(ledger.issue(0));
        }
        try (KafkaProducer<byte[], byte[]> producer = producer(Map.of("transactional.id", "t"))) {
            producer.initTransactions();
            producer.beginTransaction();
            send(producer, 0, Outcome.DELIVERED);
            producer.abortTransaction();
            producer.beginTransaction();
            send(producer, 1, Outcome.DELIVERED);
            send(producer, 2, Outcome.FAILED);
            send(producer, 3, Outcome.DELIVERED);
            producer.commitTransaction();
        }

        try (OutcomeCounter counter = new OutcomeCounter(broker.bootstrapServers(), ledger, Map.of("wh_1", 0))) {
            counter.start();
            Polling.until(() -> counter.counts().size() == 2 && ledger.recorded() == 2, LIMIT, "two deliveries");

            assertThat(counter.counts()).isEqualTo(Map.of(Outcome.DELIVERED, 2L, Outcome.FAILED, 1L));
            assertThat(counter.problem()).isNull();
            assertThat(ledger.unrecorded()).isEqualTo(2);
        }
    }

    @Test
    void aRecordOfAnotherFormatStopsCountingWithAReason() throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = producer(Map.of())) {
            producer.send(new ProducerRecord<>("kurier.attempts", "{}".getBytes()))
                    .get(10, TimeUnit.SECONDS);
        }

        try (OutcomeCounter counter = new OutcomeCounter(broker.bootstrapServers(), ledger, Map.of("wh_1", 0))) {
            counter.start();
            Polling.until(() -> counter.problem() != null, LIMIT, "the problem to show");

            assertThat(counter.problem()).contains("single-object");
        }
    }

    @Test
    void theLagIsTheNumberOfUncommittedEvents() throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = producer(Map.of());
                GroupLag lag = new GroupLag(broker.bootstrapServers())) {
            for (int i = 0; i < 5; i++) {
                producer.send(new ProducerRecord<>("kurier.events", i % 2, null, new byte[1]))
                        .get(10, TimeUnit.SECONDS);
            }
            assertThatThrownBy(lag::now).hasMessageContaining("kurier.dispatcher-worker.events");

            commit("other.events", 0, 3);
            assertThat(lag.now()).isEqualTo(2);
            commit("kurier.dispatcher-worker.events", 1, 1);
            assertThat(lag.now()).isEqualTo(4);
        }
    }

    private void commit(String group, int partition, long offset) throws Exception {
        broker.admin()
                .alterConsumerGroupOffsets(
                        group, Map.of(new TopicPartition("kurier.events", partition), new OffsetAndMetadata(offset)))
                .all()
                .get(10, TimeUnit.SECONDS);
    }

    private void send(KafkaProducer<byte[], byte[]> producer, long sequence, Outcome outcome) {
        Attempt attempt = Attempt.newBuilder()
                .setDeliveryId("dlv_" + sequence)
                .setEventId("evt_" + sequence)
                .setTenant("default")
                .setWebhookId("wh_1")
                .setType("job.completed")
                .setJobId(String.format("bench-%012d", sequence))
                .setRun(0)
                .setAttempt(1)
                .setOutcome(outcome)
                .setAtMs(1)
                .build();
        producer.send(new ProducerRecord<>("kurier.attempts", codec.encode(attempt)));
    }

    private KafkaProducer<byte[], byte[]> producer(Map<String, Object> more) {
        Map<String, Object> config = new HashMap<>(more);
        config.put("bootstrap.servers", broker.bootstrapServers());
        return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }
}
