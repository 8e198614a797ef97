package io.kurier.benchmarks.subject;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Writes records to Kurier's topics without its API, in order within each partition. The producer's buffer bounds the
 * records in memory. One thread.
 */
final class TopicWriter implements AutoCloseable {
    /** Tenant of everything that is written. */
    static final String TENANT = "default";

    private static final long CALL_TIMEOUT_SECONDS = 10;

    private final Properties config = new Properties();
    private final KafkaProducer<byte[], byte[]> producer;
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

    TopicWriter(String bootstrapServers) {
        config.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        config.put(ProducerConfig.LINGER_MS_CONFIG, "20");
        config.put(ProducerConfig.BATCH_SIZE_CONFIG, "262144");
        producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /**
     * @param topic full name
     * @param partition null: the key decides
     */
    void write(String topic, @Nullable Integer partition, String key, byte[] value) {
        producer.send(
                new ProducerRecord<>(topic, partition, key.getBytes(StandardCharsets.UTF_8), value),
                (written, problem) -> {
                    if (problem != null) {
                        failure.compareAndSet(null, problem);
                    }
                });
    }

    /**
     * Returns when Kafka has every record.
     *
     * @throws IllegalStateException if a record was rejected
     */
    void flush() {
        producer.flush();
        Exception problem = failure.get();
        if (problem != null) {
            throw new IllegalStateException("Kafka rejected a record that prepares the run", problem);
        }
    }

    /**
     * @return the offset of the partition's next record
     * @throws IllegalStateException if Kafka does not answer within 10 s
     */
    long end(String topic, int partition) {
        TopicPartition asked = new TopicPartition(topic, partition);
        try (Admin admin = Admin.create(config)) {
            return admin.listOffsets(Map.of(asked, OffsetSpec.latest()))
                    .partitionResult(asked)
                    .get(CALL_TIMEOUT_SECONDS, TimeUnit.SECONDS)
                    .offset();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("Kafka did not return the end offset of " + topic, e);
        }
    }

    @Override
    public void close() {
        producer.close();
    }
}
