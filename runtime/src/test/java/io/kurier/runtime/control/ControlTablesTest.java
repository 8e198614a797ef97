package io.kurier.runtime.control;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.runtime.TestClock;
import io.kurier.runtime.TestKafkaClients;
import io.kurier.runtime.health.Check;
import io.kurier.schemas.wire.UnknownSchemaException;
import io.kurier.schemas.wire.UnreadableRecordException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Control tables on one thread, with an in-memory Kafka and a clock that the test moves. */
class ControlTablesTest {
    private static final String TOPIC = "words";
    private static final String SCHEMAS = "schemas";

    private final TestClock clock = new TestClock();
    private final TestKafkaClients kafka = new TestKafkaClients(clock);
    private final Set<String> knownSchemas = new HashSet<>();

    @AutoClose
    private final ControlTables tables = new ControlTables(kafka, clock);

    private final ControlTable<String> words = tables.table(TOPIC, this::read);
    private final List<String> heard = new ArrayList<>();

    @BeforeEach
    void createTopics() {
        kafka.createTopic(TOPIC, 1);
        kafka.createTopic(SCHEMAS, 1);
        tables.table(SCHEMAS, (key, value) -> {
            knownSchemas.add(key);
            return key;
        });
    }

    private String read(String key, byte[] value) throws Exception {
        String text = new String(value, UTF_8);
        if (text.equals("sealed")) {
            throw new IllegalStateException("sealed with another key");
        }
        if (text.equals("garbage")) {
            throw new UnreadableRecordException("not a record", null);
        }
        if (text.startsWith("schema:") && !knownSchemas.contains(text)) {
            throw new UnknownSchemaException(text);
        }
        return text;
    }

    private void write(String topic, String key, String value) {
        try (var producer = kafka.producer(Map.of())) {
            producer.send(
                    new ProducerRecord<>(topic, 0, key.getBytes(UTF_8), value == null ? null : value.getBytes(UTF_8)));
        }
    }

    private void write(String key, String value) {
        write(TOPIC, key, value);
    }

    private List<Check> failing() {
        return tables.health().stream().filter(check -> !check.ok()).toList();
    }

    private Check failing(String name) {
        return failing().stream()
                .filter(check -> check.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aTableIsCompleteWhenLoadingReturns() {
        for (int i = 0; i < 1_000; i++) {
            write("k" + i % 10, "v" + i);
        }
        write("k9", null);

        tables.load();

        assertThat(words.values())
                .containsExactlyInAnyOrder("v990", "v991", "v992", "v993", "v994", "v995", "v996", "v997", "v998");
        assertThat(words.get("k9")).isEmpty();
        assertThat(tables.position(TOPIC)).isEqualTo(1_001);
        assertThat(tables.unconfirmedFor()).isZero();
        assertThat(failing()).isEmpty();
    }

    @Test
    void aRecordOfAnOpenTransactionIsNotAppliedBeforeItsCommit() {
        var producer = kafka.transactionalProducer("writer");
        producer.initTransactions();
        producer.beginTransaction();
        producer.send(new ProducerRecord<>(TOPIC, 0, "a".getBytes(UTF_8), "1".getBytes(UTF_8)));
        tables.load();
        assertThat(words.get("a")).isEmpty();

        producer.commitTransaction();
        tables.turn();

        assertThat(words.get("a")).contains("1");
        assertThat(tables.position(TOPIC))
                .as("the end of the transaction took an offset")
                .isEqualTo(2);
    }

    @Test
    void aListenerHearsEveryKeyOnceAndThenEveryChangeInOrder() {
        write("a", "1");
        tables.load();

        words.listen((key, value) -> heard.add(key + "=" + value));
        write("b", "2");
        write("a", null);
        write("never", null);
        write("b", "sealed");
        tables.turn();

        assertThat(heard).containsExactly("a=1", "b=2", "a=null", "never=null");
    }

    @Test
    void theTablesAreConfirmedAsOfTheRequestEveryTwoSeconds() {
        tables.load();
        clock.advance(Duration.ofMillis(1_900));
        tables.turn();
        assertThat(tables.unconfirmedFor()).isEqualTo(Duration.ofMillis(1_900));

        clock.advance(Duration.ofMillis(101));
        tables.turn();

        assertThat(tables.unconfirmedFor()).isZero();
    }

    @Test
    void withoutKafkaTheTablesGoStaleAndRecoverWithIt() {
        write("a", "1");
        tables.load();
        kafka.goDown();
        pass(Duration.ofMillis(4_999));
        assertThat(failing()).isEmpty();

        clock.advance(Duration.ofMillis(1));
        assertThat(tables.unconfirmedFor()).isEqualTo(Duration.ofSeconds(5));
        assertThat(failing("control-tables").detail()).contains("5000 ms ago");
        assertThat(words.get("a")).as("the last known value stays readable").contains("1");

        kafka.comeBack();
        pass(Duration.ofMillis(2_100));
        assertThat(failing()).isEmpty();
    }

    /** Lets the time pass in steps of at most 100 ms, with a turn in each. */
    private void pass(Duration span) {
        for (Duration left = span; !left.isZero(); ) {
            Duration step = left.compareTo(Duration.ofMillis(100)) < 0 ? left : Duration.ofMillis(100);
            clock.advance(step);
            tables.turn();
            left = left.minus(step);
        }
    }

    @Test
    void anUnusableRecordIsSkippedAndMakesTheProcessUnready() {
        write("a", "1");
        write("a", "sealed");
        write("b", "2");

        tables.load();

        assertThat(words.get("a")).as("the value before").contains("1");
        assertThat(words.get("b")).contains("2");
        assertThat(failing("control-records").detail())
                .contains(TOPIC + " offset 1", "key a", "sealed with another key")
                .doesNotContain("more");
        assertThat(tables.isBehind(TOPIC, "a")).isTrue();
        assertThat(tables.isBehind(TOPIC, "b")).isFalse();
    }

    @Test
    void aKeyWithGarbageMayBeOverwrittenByAnybody() {
        write("a", "garbage");

        tables.load();

        assertThat(failing("control-records").detail()).contains("not a record");
        assertThat(tables.isBehind(TOPIC, "a")).isFalse();
    }

    @Test
    void aLaterRecordOfTheSameKeyClearsTheUnusableOne() {
        write("a", "sealed");
        write("b", "garbage");
        tables.load();
        assertThat(failing("control-records").detail()).contains("(and 1 more)");

        write("a", "1");
        write("b", null);
        tables.turn();

        assertThat(failing()).isEmpty();
        assertThat(tables.isBehind(TOPIC, "a")).isFalse();
    }

    @Test
    void anUnknownSchemaStopsItsTableUntilTheSchemaArrives() {
        tables.load();
        write("a", "1");
        write("a", "schema:7");
        write("b", "2");
        tables.turn();
        tables.turn();
        assertThat(words.get("a")).contains("1");
        assertThat(words.get("b")).as("nothing behind the stop is applied").isEmpty();
        assertThat(tables.position(TOPIC)).isEqualTo(1);
        assertThat(failing("control-schema").detail()).contains(TOPIC + " offset 1", "newer version");
        pass(Duration.ofSeconds(5));
        assertThat(failing("control-tables").ok())
                .as("a stopped table is not confirmed")
                .isFalse();

        write(SCHEMAS, "schema:7", "known");
        pass(Duration.ofMillis(2_100));

        assertThat(words.get("a")).contains("schema:7");
        assertThat(words.get("b")).contains("2");
        assertThat(failing()).isEmpty();
    }

    @Test
    void awaitReadsOnByItselfAndEndsAtItsLimit() throws Exception {
        tables.load();
        write("a", "1");

        assertThat(tables.await(TOPIC, 1, Duration.ZERO)).isTrue();
        assertThat(words.get("a")).contains("1");
        long before = clock.nanoTime();
        assertThat(tables.await(TOPIC, 2, Duration.ofMillis(250))).isFalse();
        assertThat(Duration.ofNanos(clock.nanoTime() - before)).isEqualTo(Duration.ofMillis(300));
    }
}
