package io.kurier.scheduler;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kurier.model.retry.RetryTiers;
import io.kurier.model.secret.SecretBox;
import io.kurier.runtime.KurierRuntime;
import io.kurier.runtime.control.ReplayKeys;
import io.kurier.runtime.kafka.ConfiguredKafkaClients;
import io.kurier.runtime.kafka.KafkaClients;
import io.kurier.runtime.kafka.KafkaSettings;
import io.kurier.scheduler.config.RetrySchedulerConfig;
import io.kurier.schemas.Attempt;
import io.kurier.schemas.DeadLetter;
import io.kurier.schemas.Delivery;
import io.kurier.schemas.Event;
import io.kurier.schemas.ReplayOrder;
import io.kurier.schemas.ReplayProgress;
import io.kurier.schemas.ReplayRecord;
import io.kurier.schemas.ReplayState;
import io.kurier.schemas.Waiting;
import io.kurier.schemas.topics.TopicCatalog;
import io.kurier.testkit.kafka.BrokerFixture;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.awaitility.Awaitility;

/** One installation with topics of its own, schedulers on it, and the verbs of their tests. */
final class SchedulerFixture implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final String LADDER = "1s 5s 30s 2m 10m 1h 6h";

    /** A decoded record with where and when it stands. */
    record Found<T>(ConsumerRecord<byte[], byte[]> record, T value) {
        long atMs() {
            return record.timestamp();
        }
    }

    final BrokerFixture broker;
    final KurierRuntime runtime;
    final TopicCatalog topics;
    private final InstantSource clock;
    private final KafkaSettings settings;
    private final KafkaClients clients;
    private final Producer<byte[], byte[]> producer;
    Duration heldFor = Duration.ofDays(29);
    Duration replaysKept = Duration.ofDays(30);
    private final List<AutoCloseable> open = new ArrayList<>();

    SchedulerFixture(BrokerFixture broker, InstantSource clock) {
        this.broker = broker;
        this.clock = clock;
        this.settings = new KafkaSettings(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                broker.uniquePrefix(),
                2,
                RetryTiers.parse(LADDER));
        this.clients = new ConfiguredKafkaClients(settings.client());
        this.runtime = newRuntime(clients);
        this.topics = runtime.topics();
        this.producer = clients.producer(Map.of());
    }

    private KurierRuntime newRuntime(KafkaClients kafka) {
        try {
            return KurierRuntime.start(settings, kafka, SecretBox.withKey(SecretBox.newKey()), clock);
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted while starting", e);
        }
    }

    RetryScheduler startScheduler() {
        return startScheduler(runtime, 500);
    }

    private RetryScheduler startScheduler(KurierRuntime on, int batch) {
        RetryScheduler scheduler = new RetryScheduler(
                        on, new RetrySchedulerConfig(200, 1024 * 1024, batch, heldFor, replaysKept, 10_000))
                .start();
        open.add(0, scheduler);
        return scheduler;
    }

    /** As another process would be: its own runtime, its own clients. */
    RetryScheduler startScheduler(UnaryOperator<KafkaClients> wrapped, int batch) {
        KurierRuntime own = newRuntime(wrapped.apply(clients));
        open.add(0, own);
        return startScheduler(own, batch);
    }

    Producer<byte[], byte[]> transactionalProducer(String id) {
        return clients.transactionalProducer(topics.named(id));
    }

    Delivery delivery(String id, long dueAtMs) {
        Event event = new Event(
                "evt_" + id,
                "acme",
                "job.completed",
                "job-1",
                Instant.EPOCH,
                ByteBuffer.wrap("{}".getBytes(UTF_8)),
                3L,
                false,
                0L,
                null);
        return new Delivery("dlv_" + id, event, "wh_1", 1, 4, 2, dueAtMs, Waiting.RETRY, 0L, false);
    }

    byte[] encode(Delivery delivery) {
        return runtime.codec(Delivery.class).encode(delivery);
    }

    void send(String topic, int partition, String key, byte[] value) {
        try {
            producer.send(new ProducerRecord<>(topic, partition, key.getBytes(UTF_8), value))
                    .get();
        } catch (Exception e) {
            throw new IllegalStateException("the broker did not take a record of " + topic, e);
        }
    }

    void send(String topic, int partition, Delivery delivery) {
        send(topic, partition, delivery.getWebhookId(), encode(delivery));
    }

    void send(DeadLetter letter) {
        send(topics.deadLetters(), letter);
    }

    void hold(DeadLetter letter) {
        send(topics.held(), letter);
    }

    private void send(String topic, DeadLetter letter) {
        send(
                topic,
                partitionOf(letter),
                letter.getWebhookId(),
                runtime.codec(DeadLetter.class).encode(letter));
    }

    static int partitionOf(DeadLetter letter) {
        return Math.floorMod(letter.getWebhookId().hashCode(), 2);
    }

    void order(String id, ReplayOrder order) {
        send(topics.replays(), 0, id, runtime.codec(ReplayRecord.class).encode(new ReplayRecord(id, order, null)));
    }

    List<Found<Delivery>> deliveries(String topic) {
        var codec = runtime.codec(Delivery.class);
        return read(topic, codec::decode);
    }

    List<Found<Delivery>> lanes() {
        return deliveries(topics.lanes());
    }

    List<String> laneIds() {
        return lanes().stream().map(found -> found.value().getId()).toList();
    }

    List<DeadLetter> deadLetters() {
        var codec = runtime.codec(DeadLetter.class);
        return read(topics.deadLetters(), codec::decode).stream()
                .map(Found::value)
                .toList();
    }

    List<Attempt> attempts() {
        var codec = runtime.codec(Attempt.class);
        return read(topics.attempts(), codec::decode).stream().map(Found::value).toList();
    }

    List<DeadLetter> takings() {
        return deadLetters().stream()
                .filter(letter -> letter.getTakenBy() != null)
                .toList();
    }

    private interface Decoder<T> {
        T decode(byte[] bytes) throws Exception;
    }

    private <T> List<Found<T>> read(String topic, Decoder<T> decoder) {
        List<Found<T>> found = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : broker.readAll(topic)) {
            try {
                found.add(new Found<>(record, decoder.decode(record.value())));
            } catch (Exception e) {
                throw new IllegalStateException(topic + " holds a record nobody can read: " + record, e);
            }
        }
        return found;
    }

    ReplayProgress progress(String id) {
        return runtime.replays()
                .get(ReplayKeys.progress(id))
                .map(ReplayRecord::getProgress)
                .orElse(null);
    }

    ReplayProgress awaitCompleted(String id) {
        Awaitility.await("replay " + id + " is complete")
                .atMost(PATIENCE)
                .until(() -> progress(id) != null && progress(id).getState() == ReplayState.COMPLETED);
        return progress(id);
    }

    @Override
    public void close() throws Exception {
        producer.close();
        for (AutoCloseable each : open) {
            each.close();
        }
        runtime.close();
    }
}
