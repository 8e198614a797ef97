package io.kurier.runtime.kafka;

import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;

/** Makes Kafka clients whose settings keep Kurier's promises. Callers close what they get. Safe for any thread. */
public interface KafkaClients {
    /** Idempotent, acknowledged by all in-sync replicas. */
    Producer<byte[], byte[]> producer(Map<String, Object> overrides);

    /** The caller initialises the transactions; an id that is in use elsewhere is fenced by that. */
    Producer<byte[], byte[]> transactionalProducer(String transactionalId);

    /** A member of a group: reads committed records only, never commits by itself. */
    Consumer<byte[], byte[]> member(String group, Map<String, Object> overrides);

    /** Reads partitions it is given by hand, committed records only, from wherever it is told. */
    Consumer<byte[], byte[]> reader();

    Admin admin();
}
