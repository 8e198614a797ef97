package io.kurier.runtime.control;

import static io.kurier.runtime.TestKafka.PATIENCE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kurier.model.secret.SecretBox;
import io.kurier.runtime.KurierRuntime;
import io.kurier.runtime.TestKafka;
import io.kurier.runtime.health.Check;
import io.kurier.runtime.time.ProcessClock;
import io.kurier.schemas.ReplayRecord;
import io.kurier.schemas.SchemaRecord;
import io.kurier.schemas.wire.WriterSchemas;
import io.kurier.testkit.kafka.BrokerFixture;
import io.kurier.testkit.kafka.KafkaExtension;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.avro.Schema;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Execution(ExecutionMode.CONCURRENT)
class ControlTablesIT {
    @RegisterExtension
    private static final KafkaExtension KAFKA = KafkaExtension.perClass();

    private final TestKafka kafka = new TestKafka(KAFKA.broker());

    private final String topic = kafka.unique("control");

    private void createTopic() throws Exception {
        KAFKA.broker().createTopic(topic, 1, Map.of("cleanup.policy", "compact"));
    }

    private static ControlTable.Reader<String> text() {
        return (key, value) -> {
            String text = new String(value, UTF_8);
            if (text.equals("bad")) {
                throw new IllegalArgumentException("a value nobody can use");
            }
            return text;
        };
    }

    @Test
    void aTableIsCompleteWhenStartReturns() throws Exception {
        createTopic();
        try (var producer = kafka.clients().producer(Map.of())) {
            List<Future<RecordMetadata>> sends = new ArrayList<>();
            for (int i = 0; i < 3_000; i++) {
                byte[] key = ("k" + i % 1_000).getBytes(UTF_8);
                sends.add(producer.send(new ProducerRecord<>(topic, 0, key, ("v" + i).getBytes(UTF_8))));
            }
            for (var send : sends) {
                send.get();
            }
        }
        try (ControlTables tables = new ControlTables(kafka.clients(), ProcessClock.system())) {
            ControlTable<String> table = tables.table(topic, text());
            tables.start();

            assertThat(table.size()).isEqualTo(1_000);
            assertThat(table.get("k7")).contains("v2007");
            assertThat(tables.position(topic)).isEqualTo(3_000);
            assertThat(tables.unconfirmedFor()).isLessThan(Duration.ofSeconds(5));
        }
    }

    @Test
    void changesAndDeletionsReachTheTableAndItsListenersInOrder() throws Exception {
        createTopic();
        kafka.send(topic, "a", "1".getBytes(UTF_8));
        kafka.send(topic, "gone", "1".getBytes(UTF_8));
        kafka.send(topic, "gone", null);
        try (ControlTables tables = new ControlTables(kafka.clients(), ProcessClock.system())) {
            ControlTable<String> table = tables.table(topic, text());
            tables.start();
            assertThat(table.get("a")).contains("1");
            assertThat(table.get("gone")).isEmpty();

            List<String> heard = Collections.synchronizedList(new ArrayList<>());
            table.listen((key, value) -> heard.add(key + "=" + value));
            kafka.send(topic, "b", "2".getBytes(UTF_8));
            kafka.send(topic, "a", null);
            kafka.send(topic, "never", null);

            assertThat(tables.await(topic, 6, PATIENCE)).isTrue();
            assertThat(heard).containsExactly("a=1", "b=2", "a=null", "never=null");
            assertThat(table.get("a")).isEmpty();
            assertThat(table.values()).containsExactly("2");
        }
    }

    @Test
    void awaitingWhatDoesNotComeEndsWithItsLimit() throws Exception {
        createTopic();
        kafka.send(topic, "a", "1".getBytes(UTF_8));
        try (ControlTables tables = new ControlTables(kafka.clients(), ProcessClock.system())) {
            tables.table(topic, text());
            tables.start();

            assertThat(tables.await(topic, 1, Duration.ZERO)).isTrue();
            assertThat(tables.await(topic, 2, Duration.ofMillis(300))).isFalse();
        }
    }

    @Test
    void aRecordNobodyCanUseIsPassedOverLoudly() throws Exception {
        createTopic();
        kafka.send(topic, "a", "1".getBytes(UTF_8));
        kafka.send(topic, "a", "bad".getBytes(UTF_8));
        kafka.send(topic, "b", "2".getBytes(UTF_8));
        try (ControlTables tables = new ControlTables(kafka.clients(), ProcessClock.system())) {
            ControlTable<String> table = tables.table(topic, text());
            tables.start();

            assertThat(table.get("a")).contains("1");
            assertThat(table.get("b")).contains("2");
            assertThat(failing(tables.health())).singleElement().satisfies(check -> assertThat(check.detail())
                    .contains(topic + " offset 1", "nobody can use"));
        }
    }

    /** For example a value that a retired key encrypted: it stays in the topic until compaction. */
    @Test
    void aLaterRecordMakesUpForOneNobodyCanUse() throws Exception {
        createTopic();
        kafka.send(topic, "a", "bad".getBytes(UTF_8));
        kafka.send(topic, "b", "bad".getBytes(UTF_8));
        kafka.send(topic, "a", "1".getBytes(UTF_8));
        kafka.send(topic, "b", null);
        try (ControlTables tables = new ControlTables(kafka.clients(), ProcessClock.system())) {
            ControlTable<String> table = tables.table(topic, text());
            tables.start();

            assertThat(table.get("a")).contains("1");
            assertThat(failing(tables.health())).isEmpty();
        }
    }

    private static List<Check> failing(List<Check> checks) {
        return checks.stream().filter(check -> !check.ok()).toList();
    }

    private static List<Check> waiting(List<Check> checks) {
        return checks.stream()
                .filter(check -> check.name().equals("control-schema"))
                .toList();
    }

    @Test
    void aRecordOfAnUnknownSchemaStopsItsTableUntilTheSchemaIsAnnounced() throws Exception {
        String prefix = kafka.unique("");
        try (KurierRuntime runtime = KurierRuntime.start(
                kafka.settings(prefix),
                kafka.clients(),
                SecretBox.withKey(SecretBox.newKey()),
                InstantSource.system())) {
            String replays = runtime.topics().replays();
            var codec = runtime.codec(ReplayRecord.class);
            Schema later = new Schema.Parser()
                    .parse(ReplayRecord.getClassSchema().toString().replace("\"COMPLETED\"", "\"ENDED\""));
            byte[] newer = codec.encode(new ReplayRecord("newer", null, null));
            ByteBuffer.wrap(newer).order(ByteOrder.LITTLE_ENDIAN).putLong(2, WriterSchemas.fingerprint(later));
            kafka.send(replays, "before", codec.encode(new ReplayRecord("before", null, null)));
            kafka.send(replays, "newer", newer);
            kafka.send(replays, "behind", codec.encode(new ReplayRecord("behind", null, null)));

            await().atMost(PATIENCE)
                    .until(() -> runtime.tables().unconfirmedFor().compareTo(Duration.ofSeconds(5)) > 0);
            assertThat(runtime.tables().position(replays)).isEqualTo(1);
            assertThat(runtime.replays().get("before")).isPresent();
            assertThat(runtime.replays().get("newer")).isEmpty();
            assertThat(runtime.replays().get("behind")).isEmpty();
            assertThat(failing(runtime.health())).hasSize(2);
            assertThat(waiting(runtime.health())).singleElement().satisfies(check -> assertThat(check.detail())
                    .contains(replays + " offset 1"));

            kafka.send(
                    runtime.topics().schemas(),
                    "later",
                    runtime.codec(SchemaRecord.class).encode(new SchemaRecord("ReplayRecord", later.toString())));

            assertThat(runtime.tables().await(replays, 3, PATIENCE)).isTrue();
            assertThat(runtime.replays().get("newer")).isPresent();
            assertThat(runtime.replays().get("behind")).isPresent();
            await().atMost(PATIENCE).until(() -> failing(runtime.health()).isEmpty());
        }
    }

    @Test
    void withoutABrokerTablesGoUnconfirmedAndSaySo(BrokerFixture broker) throws Exception {
        TestKafka own = new TestKafka(broker);
        broker.createTopic(topic, 1, Map.of("cleanup.policy", "compact"));
        own.send(topic, "a", "1".getBytes(UTF_8));
        try (ControlTables tables = new ControlTables(own.clients(), ProcessClock.system())) {
            ControlTable<String> table = tables.table(topic, text());
            tables.start();
            assertThat(failing(tables.health())).isEmpty();

            broker.close();

            await().atMost(PATIENCE).until(() -> tables.unconfirmedFor().compareTo(Duration.ofSeconds(6)) > 0);
            assertThat(failing(tables.health())).singleElement().satisfies(check -> assertThat(check.name())
                    .isEqualTo("control-tables"));
            assertThat(table.get("a")).as("what was known stays readable").contains("1");
        }
    }
}
