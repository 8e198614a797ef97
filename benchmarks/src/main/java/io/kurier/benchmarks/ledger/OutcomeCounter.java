package io.kurier.benchmarks.ledger;

import io.kurier.benchmarks.ledger.OutcomeReader.JobOutcome;
import io.kurier.benchmarks.load.EventRequest;
import io.kurier.schemas.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads committed records of the topic {@code attempts} and enters each outcome into the {@link Ledger}. An
 * uncommitted delivery is not done, because Kurier would repeat it after a crash. One consumer on one thread; large
 * fetches keep its CPU low.
 */
public final class OutcomeCounter implements AutoCloseable {
    private static final String TOPIC = "kurier.attempts";
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

    private final Ledger ledger;
    private final Map<String, Integer> webhooks;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final OutcomeReader reader = new OutcomeReader();
    private final Map<Outcome, LongAdder> counts = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> failures = new ConcurrentHashMap<>();
    private final AtomicReference<@Nullable String> problem = new AtomicReference<>();
    private final Thread thread = new Thread(this::run, "outcomes");

    /**
     * @param bootstrapServers where Kurier's Kafka listens, host:port
     * @param webhooks the load's webhooks: number by id
     */
    public OutcomeCounter(String bootstrapServers, Ledger ledger, Map<String, Integer> webhooks) {
        this.ledger = ledger;
        this.webhooks = Map.copyOf(webhooks);
        this.consumer = new KafkaConsumer<>(config(bootstrapServers));
    }

    /** Starts reading at the beginning of the topic. */
    public void start() {
        List<TopicPartition> partitions = consumer.partitionsFor(TOPIC, Duration.ofSeconds(10)).stream()
                .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        thread.setDaemon(true);
        thread.start();
    }

    /** @return how often each outcome was recorded */
    public Map<Outcome, Long> counts() {
        return copy(counts);
    }

    /** @return how often requests failed, by the kind of error or the status */
    public Map<String, Long> failures() {
        return copy(failures);
    }

    private static <K extends Comparable<K>> Map<K, Long> copy(Map<K, LongAdder> counts) {
        Map<K, Long> copy = new TreeMap<>();
        counts.forEach((key, count) -> copy.put(key, count.sum()));
        return copy;
    }

    /** @return why counting stopped, or null */
    @Nullable
    public String problem() {
        return problem.get();
    }

    @Override
    public void close() {
        consumer.wakeup();
        try {
            if (thread.isAlive()) {
                TimeUnit.MILLISECONDS.timedJoin(thread, CLOSE_TIMEOUT.toMillis());
            } else {
                consumer.close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try (consumer) {
            while (true) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    enter(reader.read(record.value()));
                }
            }
        } catch (WakeupException e) {
            // close() was called
        } catch (RuntimeException e) {
            problem.set("Outcomes are no longer counted, the topic attempts could not be read: " + e);
        }
    }

    private void enter(JobOutcome outcome) {
        counts.computeIfAbsent(outcome.outcome(), key -> new LongAdder()).increment();
        String failure = outcome.failure();
        if (failure != null) {
            failures.computeIfAbsent(failure, key -> new LongAdder()).increment();
        }
        int webhook = webhooks.getOrDefault(outcome.webhookId(), -1);
        ledger.record(EventRequest.sequenceOf(outcome.jobId()), webhook, outcome.outcome());
    }

    private static Properties config(String bootstrapServers) {
        Properties config = new Properties();
        config.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        config.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class.getName());
        config.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class.getName());
        config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, "10000");
        config.put(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, "65536");
        config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, "100");
        config.put(ConsumerConfig.CHECK_CRCS_CONFIG, "false");
        return config;
    }
}
