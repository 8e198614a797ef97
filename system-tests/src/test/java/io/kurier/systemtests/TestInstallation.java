package io.kurier.systemtests;

import io.kurier.model.Ids;
import io.kurier.model.egress.WebhookUrl;
import io.kurier.model.retry.RetryPolicy;
import io.kurier.model.secret.SecretBox;
import io.kurier.model.signing.Signing;
import io.kurier.model.signing.SigningSecret;
import io.kurier.model.webhook.Webhook;
import io.kurier.runtime.KurierRuntime;
import io.kurier.runtime.config.Settings;
import io.kurier.runtime.kafka.ConfiguredKafkaClients;
import io.kurier.runtime.kafka.KafkaSettings;
import io.kurier.scheduler.RetryScheduler;
import io.kurier.scheduler.config.RetrySchedulerConfig;
import io.kurier.schemas.Event;
import io.kurier.schemas.wire.RecordCodec;
import io.kurier.testkit.kafka.BrokerFixture;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.awaitility.Awaitility;

/**
 * One installation with topics of its own, under a unique prefix: its settings, and the records written to and read
 * from its topics.
 */
final class TestInstallation implements AutoCloseable {
    static final String TENANT = "default";
    /** Two tiers, so that a delivery may hop twice; short waits keep the tests quick. */
    private static final String TIERS = "500ms 1s";

    final Map<String, String> settings = new TreeMap<>();
    final KurierRuntime runtime;
    private final BrokerFixture broker;

    TestInstallation(BrokerFixture broker, Map<String, String> more) throws InterruptedException {
        this.broker = broker;
        settings.put("KURIER_KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers());
        settings.put("KURIER_TOPIC_PREFIX", broker.uniquePrefix());
        settings.put("KURIER_PARTITIONS", "2");
        settings.put("KURIER_RETRY_TIERS", TIERS);
        settings.put("KURIER_ENCRYPTION_KEY", SecretBox.newKey());
        settings.put("KURIER_ALLOW_PRIVATE_NETWORKS", "true");
        // receivers fail often here; an open circuit would postpone the deliveries that the tests look at
        settings.put("KURIER_CIRCUIT_FAILURE_PERCENT", "0");
        settings.putAll(more);
        this.runtime = startRuntime();
    }

    private Settings parsed() {
        return Settings.parse(settings, PartProcess.definitions());
    }

    private KurierRuntime startRuntime() throws InterruptedException {
        KafkaSettings kafka = KafkaSettings.from(parsed());
        return KurierRuntime.start(
                kafka,
                new ConfiguredKafkaClients(kafka.client()),
                SecretBox.withKey(settings.get("KURIER_ENCRYPTION_KEY")),
                InstantSource.system());
    }

    /**
     * Starts a part that meets the fault. It works once {@link ChildProcess#begin} is called.
     *
     * @param part {@link PartProcess#DISPATCHER} or {@link PartProcess#SCHEDULER}
     */
    ChildProcess crashing(String part, CrashPlan plan) {
        return ChildProcess.start(PartProcess.class, settings, part, plan.text());
    }

    /** Starts a part without a fault. It works once {@link ChildProcess#begin} is called. */
    ChildProcess clean(String part) {
        return ChildProcess.start(PartProcess.class, settings, part);
    }

    /** Starts a scheduler in this JVM, without a fault. */
    RetryScheduler scheduler() {
        return new RetryScheduler(runtime, RetrySchedulerConfig.from(parsed())).start();
    }

    /**
     * Registers webhooks that get every event.
     *
     * @param waits before each retry; afterwards a delivery becomes a dead letter
     */
    List<Webhook> registerWebhooks(List<String> urls, List<Duration> waits) {
        List<Webhook> webhooks = IntStream.range(0, urls.size())
                .mapToObj(i -> webhook(i + 1, urls.get(i), waits))
                .toList();
        write(webhooks.stream()
                .map(webhook -> new ProducerRecord<>(
                        runtime.topics().webhooks(),
                        bytes(webhook.id()),
                        runtime.webhookRecords().write(webhook)))
                .toList());
        return webhooks;
    }

    private static Webhook webhook(int number, String url, List<Duration> waits) {
        long nowMs = System.currentTimeMillis();
        return Webhook.of(Ids.webhook(nowMs), TENANT, WebhookUrl.parse(url), Signing.with(SigningSecret.random()))
                .number(number)
                .revision(1)
                .retry(new RetryPolicy(waits, 0))
                .createdAtMs(nowMs)
                .build();
    }

    /**
     * Creates events numbered from 0 in {@code data.n}.
     *
     * @param jobs number of jobs that the events belong to in turn
     */
    List<Event> events(int count, int jobs) {
        return IntStream.range(0, count).mapToObj(n -> event(n, jobs)).toList();
    }

    private static Event event(int n, int jobs) {
        return Event.newBuilder()
                .setId(Ids.event(System.currentTimeMillis(), ThreadLocalRandom.current()))
                .setTenant(TENANT)
                .setType("job.completed")
                .setJobId("job-" + n % jobs)
                .setTime(Instant.now())
                .setData(ByteBuffer.wrap(bytes("{\"n\":" + n + "}")))
                .build();
    }

    void publish(List<Event> events) {
        RecordCodec<Event> codec = runtime.codec(Event.class);
        write(events.stream()
                .map(event -> new ProducerRecord<>(
                        runtime.topics().events(), bytes(TENANT + "/" + event.getJobId()), codec.encode(event)))
                .toList());
    }

    /** Writes records; returns when the broker has them. */
    void write(List<ProducerRecord<byte[], byte[]>> records) {
        try (Producer<byte[], byte[]> producer = runtime.kafka().producer(Map.of())) {
            records.forEach(producer::send);
            producer.flush();
        }
    }

    /** @return the committed records of a topic */
    <T extends SpecificRecordBase> List<T> read(String topic, Class<T> type) {
        RecordCodec<T> codec = runtime.codec(type);
        List<T> found = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : broker.readAll(topic)) {
            try {
                found.add(codec.decode(record.value()));
            } catch (Exception e) {
                throw new AssertionError(topic + " has an unreadable record at offset " + record.offset(), e);
            }
        }
        return found;
    }

    /** @return whether the group's committed offsets are beyond every committed record of the topic */
    boolean isSettled(String topic, String group) {
        var committed = broker.committed(runtime.topics().named(group));
        return broker.readAll(topic).stream().allMatch(record -> {
            var offset = committed.get(new org.apache.kafka.common.TopicPartition(topic, record.partition()));
            return offset != null && record.offset() < offset.offset();
        });
    }

    /** Waits until the group has exactly one member and that member owns a partition. */
    void awaitOneOwner(String group) {
        String name = runtime.topics().named(group);
        Awaitility.await("one member owns " + name)
                .atMost(Duration.ofMinutes(3))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> {
                    var members = broker.admin()
                            .describeConsumerGroups(List.of(name))
                            .describedGroups()
                            .get(name)
                            .get()
                            .members();
                    return members.size() == 1
                            && !members.iterator()
                                    .next()
                                    .assignment()
                                    .topicPartitions()
                                    .isEmpty();
                });
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        runtime.close();
    }
}
