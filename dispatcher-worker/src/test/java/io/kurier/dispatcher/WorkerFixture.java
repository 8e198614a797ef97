package io.kurier.dispatcher;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kurier.model.egress.WebhookUrl;
import io.kurier.model.retry.RetryTiers;
import io.kurier.model.secret.SecretBox;
import io.kurier.model.tenant.Tenant;
import io.kurier.model.webhook.Webhook;
import io.kurier.runtime.KurierRuntime;
import io.kurier.runtime.health.Check;
import io.kurier.runtime.kafka.ConfiguredKafkaClients;
import io.kurier.runtime.kafka.KafkaSettings;
import io.kurier.schemas.Attempt;
import io.kurier.schemas.Delivery;
import io.kurier.schemas.Event;
import io.kurier.schemas.Outcome;
import io.kurier.schemas.topics.TopicCatalog;
import io.kurier.schemas.wire.RecordCodec;
import io.kurier.testkit.ScriptedReceiver;
import io.kurier.testkit.kafka.BrokerFixture;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;

/** One installation on the class's broker: its own topics, a receiver, and the workers that a test starts. */
final class WorkerFixture implements AutoCloseable {
    /** Limit of waits that usually take a second or two, generous for busy machines. */
    static final Duration SOON = Duration.ofMinutes(3);
    /** Settings that keep a burst on the direct path: parked deliveries may be postponed, which needs a scheduler. */
    static final String[] NEVER_PARKS = {
        "KURIER_LINE_LENGTH", "100000", "KURIER_DIRECT_WAIT", "60s", "KURIER_HOLD_BACK", "10s"
    };

    private static final Duration POLL = Duration.ofMillis(50);

    /** A worker with a runtime of its own, as in a process of its own. */
    record Worker(KurierRuntime runtime, Dispatcher dispatcher) implements AutoCloseable {
        double count(String outcome) {
            var counter = runtime.metrics()
                    .find("kurier.outcomes")
                    .tag("outcome", outcome)
                    .counter();
            return counter == null ? 0 : counter.count();
        }

        @Override
        public void close() {
            dispatcher.close();
            runtime.close();
        }
    }

    final ScriptedReceiver receiver = ScriptedReceiver.start();
    private final BrokerFixture broker;
    private final KafkaSettings settings;
    private final SecretBox box = SecretBox.withKey(SecretBox.newKey());
    private final KurierRuntime runtime;
    private final Producer<byte[], byte[]> producer;
    private final List<Worker> workers = new ArrayList<>();
    private final Set<String> released = new HashSet<>();
    private long webhooksEnd;
    private long tenantsEnd;

    WorkerFixture(BrokerFixture broker) {
        this(broker, broker.uniquePrefix(), Map.of());
    }

    /** @param eventTopics further event topics, from a topic's name to the tenant that it belongs to */
    WorkerFixture(BrokerFixture broker, String prefix, Map<String, String> eventTopics) {
        this.broker = broker;
        this.settings = new KafkaSettings(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                prefix,
                4,
                RetryTiers.parse("1s 5s 30s 2m 10m 1h 6h"),
                eventTopics);
        this.runtime = newRuntime();
        this.producer = runtime.kafka().producer(Map.of("linger.ms", 5));
    }

    private KurierRuntime newRuntime() {
        try {
            return KurierRuntime.start(
                    settings, new ConfiguredKafkaClients(settings.client()), box, InstantSource.system());
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted while starting", e);
        }
    }

    /** Starts a worker and waits until it has joined its groups. */
    Worker start(String... config) throws Exception {
        KurierRuntime own = newRuntime();
        Worker worker = new Worker(own, new Dispatcher(own, Samples.config(config)).start());
        workers.add(worker);
        await("the worker joined", () -> worker.dispatcher().health().stream().allMatch(Check::ok));
        return worker;
    }

    /** Stops the worker as SIGTERM does. */
    void stop(Worker worker) {
        workers.remove(worker);
        worker.close();
    }

    TopicCatalog topics() {
        return runtime.topics();
    }

    <T extends SpecificRecordBase> RecordCodec<T> codec(Class<T> type) {
        return runtime.codec(type);
    }

    void write(Webhook webhook) throws Exception {
        control(webhook.id(), runtime.webhookRecords().write(webhook));
    }

    /** Writes as the HTTP API does: the next event waits until a worker knows the tenant. */
    void write(Tenant tenant) throws Exception {
        byte[] value = runtime.tenantRecords().write(tenant);
        tenantsEnd = send(new ProducerRecord<>(topics().tenants(), tenant.id().getBytes(UTF_8), value))
                        .offset()
                + 1;
    }

    /** Adds an ad-hoc webhook to the event, encrypted as by the HTTP API. */
    Event addressed(Event event, String url) {
        event.setOneOff(
                runtime.adHocWebhooks().seal(event.getTenant(), event.getId(), WebhookUrl.parse(url), tenantsEnd));
        return event;
    }

    void delete(Webhook webhook) throws Exception {
        control(webhook.id(), null);
        for (Worker worker : workers) {
            await(
                    "the worker knows",
                    () -> worker.runtime().webhooks().get(webhook.id()).isEmpty());
        }
    }

    private void control(String key, byte[] value) throws Exception {
        RecordMetadata written = send(new ProducerRecord<>(topics().webhooks(), key.getBytes(UTF_8), value));
        webhooksEnd = written.offset() + 1;
    }

    /** Publishes as the HTTP API does: to the job's partition, with the end offset of the webhooks topic. */
    void publish(List<Event> events) {
        RecordCodec<Event> codec = codec(Event.class);
        for (Event event : events) {
            event.setWebhooksOffset(webhooksEnd);
            byte[] key = (event.getTenant() + "/" + event.getJobId()).getBytes(UTF_8);
            producer.send(new ProducerRecord<>(topics().events(), key, codec.encode(event)));
        }
        producer.flush();
    }

    /** Publishes as an upstream service that writes to Kafka itself. */
    void publishDirectly(Event event) throws Exception {
        byte[] key = (event.getTenant() + "/" + event.getJobId()).getBytes(UTF_8);
        send(new ProducerRecord<>(topics().events(), key, codec(Event.class).encode(event)));
    }

    RecordMetadata send(ProducerRecord<byte[], byte[]> record) throws Exception {
        return producer.send(record).get(30, TimeUnit.SECONDS);
    }

    void toLane(Delivery delivery) throws Exception {
        byte[] key = delivery.getWebhookId().getBytes(UTF_8);
        send(new ProducerRecord<>(topics().lanes(), key, codec(Delivery.class).encode(delivery)));
    }

    List<ConsumerRecord<byte[], byte[]>> read(String topic) {
        return broker.readAll(topic);
    }

    <T extends SpecificRecordBase> List<T> read(String topic, Class<T> type) throws Exception {
        List<T> found = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : read(topic)) {
            found.add(codec(type).decode(record.value()));
        }
        return found;
    }

    List<Delivery> retries(String tier) throws Exception {
        return read(topics().retry(tier), Delivery.class);
    }

    List<Attempt> attempts(Outcome... outcomes) throws Exception {
        List<Outcome> wanted = List.of(outcomes);
        List<Attempt> found = read(topics().attempts(), Attempt.class);
        found.removeIf(attempt -> !wanted.isEmpty() && !wanted.contains(attempt.getOutcome()));
        return found;
    }

    /** Waits until every record of events and lanes is below its partition's committed offset. */
    void awaitSettled() {
        topics().eventTopics().forEach(topic -> awaitSettled(topic, Dispatcher.EVENTS_GROUP));
        awaitSettled(topics().lanes(), Dispatcher.LANES_GROUP);
    }

    private void awaitSettled(String topic, String group) {
        await(topic + " is settled", () -> {
            Map<TopicPartition, OffsetAndMetadata> committed = broker.committed(topics().named(group));
            Predicate<ConsumerRecord<byte[], byte[]>> settled = record -> {
                OffsetAndMetadata at = committed.get(new TopicPartition(record.topic(), record.partition()));
                return at != null && at.offset() > record.offset();
            };
            return read(topic).stream().allMatch(settled);
        });
    }

    /** Acts for the scheduler, which does not run here: moves due deliveries from the tiers back to their lanes. */
    void releaseTiers() throws Exception {
        for (String tier : List.of("1s", "5s", "30s")) {
            for (Delivery delivery : retries(tier)) {
                boolean isDue = delivery.getDueAtMs() <= System.currentTimeMillis();
                if (isDue && released.add(delivery.getId() + "@" + delivery.getDueAtMs())) {
                    toLane(delivery);
                }
            }
        }
    }

    Map<TopicPartition, OffsetAndMetadata> committedEvents() {
        return broker.committed(topics().named(Dispatcher.EVENTS_GROUP));
    }

    long end(TopicPartition partition) throws Exception {
        return broker.admin()
                .listOffsets(Map.of(partition, OffsetSpec.latest()))
                .partitionResult(partition)
                .get()
                .offset();
    }

    static void await(String what, java.util.concurrent.Callable<Boolean> condition) {
        Awaitility.await(what).atMost(SOON).pollInterval(POLL).until(condition);
    }

    @Override
    public void close() {
        workers.forEach(Worker::close);
        producer.close();
        runtime.close();
        receiver.close();
    }
}
