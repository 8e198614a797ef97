package io.kurier.broker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** A broker as its clients see it; the tests use nothing else. */
final class BrokerProbe {
    private static final int INIT_TRIES = 10;

    private final String bootstrap;

    BrokerProbe(String bootstrap) {
        this.bootstrap = bootstrap;
    }

    Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", bootstrap));
    }

    void createTopic(String topic) throws Exception {
        try (Admin admin = admin()) {
            admin.createTopics(List.of(new NewTopic(topic, 2, (short) 1))).all().get();
        }
    }

    KafkaProducer<String, String> producer(Map<String, Object> more) {
        var config = new HashMap<String, Object>(Map.of("bootstrap.servers", bootstrap, "acks", "all"));
        config.putAll(more);
        return new KafkaProducer<>(config, new StringSerializer(), new StringSerializer());
    }

    /** Writes the values in one transaction. */
    void writeAtOnce(String topic, String... values) {
        try (var producer = producer(Map.of("transactional.id", "writer"))) {
            producer.initTransactions();
            producer.beginTransaction();
            for (String value : values) {
                producer.send(new ProducerRecord<>(topic, value, value));
            }
            producer.commitTransaction();
        }
    }

    /** A transactional writer with short timeouts. */
    KafkaProducer<String, String> transactionalWriter(String id) {
        var producer = producer(Map.of(
                "transactional.id",
                id,
                "transaction.timeout.ms",
                2_000,
                "delivery.timeout.ms",
                1_500,
                "request.timeout.ms",
                500,
                "max.block.ms",
                2_000));
        initTransactions(producer);
        return producer;
    }

    /**
     * The first call on a new broker waits until the topic of transactions exists, which may take long on a busy
     * machine.
     */
    private static void initTransactions(KafkaProducer<String, String> producer) {
        for (int left = INIT_TRIES; ; left--) {
            try {
                producer.initTransactions();
                return;
            } catch (TimeoutException e) {
                if (left == 0) {
                    throw e;
                }
            }
        }
    }

    /** Joins the group, reads and commits until {@code count} values have arrived, or 20 s have passed. */
    List<String> readAsGroup(String group, String topic, int count) {
        return readAsGroup(group, topic, values -> values.size() >= count);
    }

    List<String> readAsGroup(String group, String topic, Predicate<List<String>> isEnough) {
        Map<String, Object> config = Map.of(
                "bootstrap.servers",
                bootstrap,
                "group.id",
                group,
                "group.protocol",
                "consumer",
                "isolation.level",
                "read_committed",
                "enable.auto.commit",
                false,
                "auto.offset.reset",
                "earliest");
        var values = new ArrayList<String>();
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        try (var consumer = new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of(topic));
            while (!isEnough.test(values) && System.nanoTime() < deadline) {
                consumer.poll(Duration.ofMillis(100)).forEach(found -> values.add(found.value()));
            }
            consumer.commitSync();
        }
        return values;
    }
}
