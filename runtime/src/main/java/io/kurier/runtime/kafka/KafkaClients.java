package io.kurier.runtime.kafka;

import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;

/** Makes Kafka clients with the settings that Kurier's promises need. Callers close the clients. Any thread. */
public interface KafkaClients {
    /**
     * An idempotent producer whose records are acknowledged by all in-sync replicas.
     *
     * @param overrides Kafka producer settings
     */
    Producer<byte[], byte[]> producer(Map<String, Object> overrides);

    /** A transactional producer. The caller initialises it, which fences any other producer with the same id. */
    Producer<byte[], byte[]> transactionalProducer(String transactionalId);

    /** A member of a consumer group that reads committed records only and never commits by itself. */
    Consumer<byte[], byte[]> member(String group, Map<String, Object> overrides);

    /** A consumer without a group, for assigned partitions; reads committed records only. */
    Consumer<byte[], byte[]> reader();

    Admin admin();
}
