package io.kurier.runtime;

import io.kurier.runtime.kafka.KafkaClients;
import io.kurier.testkit.kafka.InMemoryKafka;
import java.time.InstantSource;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;

/** Clients of an in-memory Kafka, for tests that need neither groups nor the admin client. */
public final class TestKafkaClients extends InMemoryKafka implements KafkaClients {
    public TestKafkaClients(InstantSource clock) {
        super(clock);
    }

    @Override
    public Consumer<byte[], byte[]> member(String group, Map<String, Object> overrides) {
        throw new UnsupportedOperationException("the in-memory Kafka has no consumer groups");
    }

    @Override
    public Admin admin() {
        throw new UnsupportedOperationException("the in-memory Kafka has no admin client");
    }
}
