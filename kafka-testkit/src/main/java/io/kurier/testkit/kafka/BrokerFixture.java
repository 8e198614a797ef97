package io.kurier.testkit.kafka;

import io.kurier.broker.EmbeddedBroker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.utils.Time;
import org.awaitility.Awaitility;

/**
 * An embedded broker in a temporary folder that is deleted with it. It starts in about a second; {@link KafkaExtension}
 * starts it once per test class. Tests keep apart by {@link #uniquePrefix()}.
 *
 * <p>It differs from the product's broker in two timings: groups settle after a heartbeat of 300 ms, and sessions last
 * 30 s, so that no member is expelled because a busy machine paused for some seconds. Any thread.
 */
public final class BrokerFixture implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private static final Map<String, String> PACE = Map.of(
            "group.consumer.min.heartbeat.interval.ms", "300",
            "group.consumer.heartbeat.interval.ms", "300",
            "group.consumer.session.timeout.ms", "30000",
            "broker.session.timeout.ms", "30000");

    private final Path folder;
    private final EmbeddedBroker broker;
    private final Admin admin;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicInteger prefixes = new AtomicInteger();

    private BrokerFixture(Map<String, String> overrides, Time time) {
        try {
            folder = Files.createTempDirectory("kurier-broker-");
        } catch (IOException noFolder) {
            throw new UncheckedIOException(noFolder);
        }
        var settings = new HashMap<>(PACE);
        settings.putAll(overrides);
        broker = EmbeddedBroker.start(folder, "127.0.0.1:0", settings, time);
        admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
    }

    /** Starts a broker on the system's clock. */
    public static BrokerFixture start() {
        return new BrokerFixture(Map.of(), Time.SYSTEM);
    }

    /** Starts a broker that jumps with the clock. */
    public static BrokerFixture start(ManualClock clock) {
        return new BrokerFixture(Map.of(), clock.brokerTime());
    }

    /** Starts a broker on the system's clock with other broker settings. */
    public static BrokerFixture start(Map<String, String> overrides) {
        return new BrokerFixture(overrides, Time.SYSTEM);
    }

    public String bootstrapServers() {
        return broker.bootstrapServers();
    }

    /** An admin client that belongs to the fixture; do not close it. */
    public Admin admin() {
        return admin;
    }

    Path folder() {
        return folder;
    }

    /** A topic prefix that no other caller gets, such as {@code t3.}. */
    public String uniquePrefix() {
        return "t" + prefixes.incrementAndGet() + ".";
    }

    /** Creates a topic and returns when clients can see it. */
    public void createTopic(String name, int partitions, Map<String, String> config) {
        var topic = new NewTopic(name, partitions, (short) 1).configs(config);
        await(admin.createTopics(List.of(topic)).all());
        Awaitility.await("topic " + name + " is visible")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> isVisible(name));
    }

    public void createTopic(String name, int partitions) {
        createTopic(name, partitions, Map.of());
    }

    /** Creates a topic whose records the broker's clock stamps, like Kurier's internal topics. */
    public void createLogAppendTimeTopic(String name, int partitions) {
        createTopic(name, partitions, Map.of("message.timestamp.type", "LogAppendTime"));
    }

    /** Creates a compacted topic with one partition that the broker's clock stamps, like Kurier's control topics. */
    public void createCompactedTopic(String name) {
        createTopic(name, 1, Map.of("cleanup.policy", "compact", "message.timestamp.type", "LogAppendTime"));
    }

    private boolean isVisible(String topic) throws Exception {
        try {
            admin.describeTopics(List.of(topic)).allTopicNames().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            return true;
        } catch (ExecutionException failure) {
            if (failure.getCause() instanceof UnknownTopicOrPartitionException) {
                return false;
            }
            throw failure;
        }
    }

    /** The committed records of the topic, by partition and offset. */
    public List<ConsumerRecord<byte[], byte[]>> readAll(String topic) {
        return readAll(topic, IsolationLevel.READ_COMMITTED);
    }

    /** The records of the topic; with {@code READ_UNCOMMITTED} also those of open and aborted transactions. */
    public List<ConsumerRecord<byte[], byte[]>> readAll(String topic, IsolationLevel isolation) {
        return TopicReader.readAll(bootstrapServers(), topic, isolation, PATIENCE);
    }

    /** The group's committed offsets, with their metadata; empty if there are none. */
    public Map<TopicPartition, OffsetAndMetadata> committed(String group) {
        return await(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata()).entrySet().stream()
                .filter(entry -> Objects.nonNull(entry.getValue()))
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private static <T> T await(KafkaFuture<T> future) {
        try {
            return future.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (Exception failure) {
            throw new IllegalStateException(
                    "the broker did not answer within " + PATIENCE + " or refused: " + failure, failure);
        }
    }

    /** Stops the broker and deletes its folder; a second call does nothing. */
    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        try {
            admin.close(Duration.ofSeconds(5));
            broker.close();
        } finally {
            Folders.delete(folder);
        }
    }
}
