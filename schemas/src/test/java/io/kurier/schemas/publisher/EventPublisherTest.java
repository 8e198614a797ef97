package io.kurier.schemas.publisher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kurier.schemas.Event;
import io.kurier.schemas.SchemaRecord;
import io.kurier.schemas.registry.ConfluentFraming;
import io.kurier.schemas.registry.TestRegistry;
import io.kurier.schemas.wire.RecordCodec;
import io.kurier.schemas.wire.WriterSchemas;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** Kafka's own stand-in takes the place of a producer. */
class EventPublisherTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    private final List<Dropped> drops = new CopyOnWriteArrayList<>();
    private Map<String, Object> given = Map.of();

    private static MockProducer<byte[], byte[]> kafka(boolean answers) {
        return new MockProducer<>(answers, null, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private EventPublisher publisher(MockProducer<byte[], byte[]> kafka, Object... config) {
        Map<String, Object> all = new HashMap<>();
        for (int i = 0; i < config.length; i += 2) {
            all.put((String) config[i], config[i + 1]);
        }
        return new EventPublisher(all, drops::add, settings -> {
            given = settings;
            return kafka;
        });
    }

    @Test
    void aWorkerReadsWhatIsPublished() throws Exception {
        MockProducer<byte[], byte[]> kafka = kafka(true);
        try (EventPublisher publisher = publisher(kafka, "kurier.tenant", "acme", "kurier.topic", "acme.in")) {
            OutgoingEvent event = OutgoingEvent.of("job.done", "job-1", "{\"n\":1}")
                    .at(Instant.parse("2026-01-02T03:04:05.678901Z"))
                    .withId("mine")
                    .withHeader("traceparent", "00-x")
                    .withHeader("kurier-tenant", "another");
            assertThat(publisher.emit(event)).isTrue();
            assertThat(publisher.emit("job.done", null, "{}")).isTrue();
            assertThat(publisher.flush(SOON)).isTrue();
            assertThat(publisher.published()).isEqualTo(2);
        }
        ProducerRecord<byte[], byte[]> record = kafka.history().get(0);
        assertThat(record.topic()).isEqualTo("acme.in");
        assertThat(record.partition()).isNull();
        assertThat(new String(record.key(), UTF_8)).isEqualTo("acme/job-1");
        assertThat(record.headers().lastHeader("traceparent").value()).isEqualTo("00-x".getBytes(UTF_8));
        assertThat(record.headers().lastHeader("kurier-tenant").value())
                .as("whose it is, even when nobody can read it")
                .isEqualTo("acme".getBytes(UTF_8));
        RecordCodec<Event> codec = new RecordCodec<>(Event.class, new WriterSchemas());
        Event read = codec.decode(record.value());
        assertThat(read.getId()).isEqualTo("mine");
        assertThat(read.getTenant()).isEqualTo("acme");
        assertThat(read.getTime()).isEqualTo(Instant.parse("2026-01-02T03:04:05.678901Z"));
        assertThat(read.getWebhooksOffset()).isEqualTo(-1);
        assertThat(UTF_8.decode(read.getData()).toString()).isEqualTo("{\"n\":1}");
        Event other = codec.decode(kafka.history().get(1).value());
        assertThat(other.getJobId()).isEqualTo(other.getId());
        assertThat(drops).isEmpty();
    }

    @Test
    void theProducerIsAsKuriersOrderNeedsIt() {
        publisher(kafka(true), "bootstrap.servers", "b:1", "partitioner.class", "x.Y", "acks", "0")
                .close();
        assertThat(given)
                .containsEntry("acks", "all")
                .containsEntry("enable.idempotence", true)
                .containsEntry("partitioner.ignore.keys", false)
                .containsEntry("bootstrap.servers", "b:1")
                .doesNotContainKey("partitioner.class");
        assertThat(given.keySet()).noneMatch(name -> name.startsWith("kurier."));
        assertThatThrownBy(() -> publisher(kafka(true), "kurier.buffer.events", "many"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("kurier.buffer.events");
        assertThatThrownBy(() -> publisher(kafka(true), "kurier.tenant", "Acme"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("kurier.tenant");
    }

    @Test
    void whatNoWorkerCouldReadIsReportedAndNotSent() throws Exception {
        MockProducer<byte[], byte[]> kafka = kafka(true);
        EventPublisher publisher = publisher(kafka);
        assertThat(publisher.emit("job completed", "j", "1")).isFalse();
        assertThat(publisher.emit("a", "", "1")).isFalse();
        assertThat(publisher.emit("a", "j", "{no json")).isFalse();
        assertThat(publisher.emit("a", "j", "1")).isTrue();
        assertThat(publisher.flush(SOON)).isTrue();
        assertThat(publisher.published()).isEqualTo(1);
        assertThat(publisher.dropped()).isEqualTo(3);
        assertThat(drops).extracting(Dropped::reason).containsOnly(Dropped.Reason.REFUSED);
        assertThat(drops)
                .extracting(drop -> drop.cause().getMessage())
                .satisfiesExactly(
                        why -> assertThat(why).startsWith("type is 'job completed', expected words"),
                        why -> assertThat(why).startsWith("job_id is '', expected 1 to 256"),
                        why -> assertThat(why)
                                .startsWith("data: Invalid JSON at line 1, column 2: Unexpected character"));
        assertThat(kafka.history()).hasSize(1);
        publisher.close();
    }

    @Test
    void withARegistryTheFramingIsConfluents() throws Exception {
        MockProducer<byte[], byte[]> kafka = kafka(true);
        try (TestRegistry registry = new TestRegistry()) {
            registry.down(true);
            EventPublisher publisher = publisher(kafka, "schema.registry.url", registry.url());
            publisher.emit("job.done", "j", "{}");
            while (registry.requests().isEmpty()) {
                Thread.onSpinWait();
            }
            registry.down(false);
            assertThat(publisher.flush(SOON)).as("it waited for the registry").isTrue();
            publisher.close();
            assertThat(publisher.dropped()).isZero();
            assertThat(ConfluentFraming.isOn(kafka.history().get(0).value())).isTrue();
            assertThat(registry.requests()).contains("POST /subjects/kurier.events-value/versions");
        }
    }

    @Test
    void theSchemaIsAnnouncedBeforeTheFirstEvent() throws Exception {
        MockProducer<byte[], byte[]> kafka = kafka(true);
        try (EventPublisher publisher = publisher(kafka, "kurier.schemas.topic", "kurier.schemas")) {
            publisher.emit("a", "j", "1");
            publisher.emit("a", "j", "2");
            publisher.flush(SOON);
        }
        assertThat(kafka.history())
                .extracting(ProducerRecord::topic)
                .containsExactly("kurier.schemas", "kurier.events", "kurier.events");
        ProducerRecord<byte[], byte[]> announced = kafka.history().get(0);
        assertThat(new String(announced.key(), UTF_8))
                .isEqualTo(Long.toHexString(WriterSchemas.fingerprint(Event.getClassSchema())));
        assertThat(new RecordCodec<>(SchemaRecord.class, new WriterSchemas())
                        .decode(announced.value())
                        .getName())
                .isEqualTo("Event");
    }

    @Test
    void whatFindsNoRoomIsReportedAndNobodyWaits() {
        MockProducer<byte[], byte[]> kafka = kafka(false);
        try (TestRegistry registry = new TestRegistry()) {
            registry.down(true);
            EventPublisher publisher = publisher(
                    kafka,
                    "kurier.buffer.events",
                    2,
                    "kurier.buffer.bytes",
                    2_000,
                    "schema.registry.url",
                    registry.url());
            publisher.emit("a", "j", "1");
            while (registry.requests().isEmpty()) {
                Thread.onSpinWait();
            }
            assertThat(publisher.emit("a", "j", "2")).isTrue();
            assertThat(publisher.emit("a", "j", '"' + "x".repeat(1_000) + '"'))
                    .as("too many bytes")
                    .isFalse();
            assertThat(publisher.emit("a", "j", "3")).isTrue();
            assertThat(publisher.emit("a", "j", "4")).as("too many events").isFalse();
            assertThat(drops).extracting(Dropped::reason).containsExactly(Dropped.Reason.FULL, Dropped.Reason.FULL);
            publisher.close(Duration.ofSeconds(5));
            assertThat(publisher.emit("a", "j", "5")).isFalse();
            assertThat(publisher.dropped()).isEqualTo(6);
            assertThat(publisher.published()).isZero();
        }
    }

    @Test
    void everyTextOfAnEventCounts() throws Exception {
        EventPublisher publisher = publisher(kafka(true), "kurier.buffer.bytes", 3_000);
        OutgoingEvent small = OutgoingEvent.of("a", "j", "1");
        String large = "x".repeat(2_000);
        OutgoingEvent manyHeaders = small;
        for (int i = 0; i < 30; i++) {
            manyHeaders = manyHeaders.withHeader("h" + i, "");
        }
        for (OutgoingEvent event :
                List.of(small.withId(large), small.withHeader("h", large), small.withHeader(large, "v"), manyHeaders)) {
            assertThat(publisher.emit(event)).isFalse();
        }
        assertThat(drops).hasSize(4).extracting(Dropped::reason).containsOnly(Dropped.Reason.FULL);
        assertThat(publisher.emit(small)).isTrue();
        assertThat(publisher.flush(SOON)).isTrue();
        assertThat(publisher.published()).isEqualTo(1);
        publisher.close();
    }

    @Test
    void whatKafkaDoesNotTakeIsReported() throws Exception {
        MockProducer<byte[], byte[]> kafka = kafka(false);
        EventPublisher publisher = publisher(kafka);
        publisher.emit("a", "j", "1");
        while (!kafka.errorNext(new TimeoutException("away"))) {
            Thread.onSpinWait();
        }
        assertThat(publisher.flush(SOON)).isTrue();
        assertThat(drops).singleElement().satisfies(drop -> {
            assertThat(drop.reason()).isEqualTo(Dropped.Reason.FAILED);
            assertThat(drop.cause()).hasMessage("away");
        });
        publisher.close(Duration.ofSeconds(1));
    }

    @Test
    void noCallerSuffersForWhatIsWrongOrForWhoListens() throws Exception {
        MockProducer<byte[], byte[]> kafka = kafka(true);
        EventPublisher publisher = new EventPublisher(
                Map.of(),
                drop -> {
                    throw new IllegalStateException("the listener's own");
                },
                settings -> kafka);
        assertThat(publisher.emit(OutgoingEvent.of("a", "j", null))).isFalse();
        assertThat(publisher.emit((OutgoingEvent) null)).isFalse();
        assertThat(publisher.emit(null, "j", "1")).isFalse();
        assertThat(publisher.dropped()).isEqualTo(3);
        assertThat(publisher.emit("a", "j", "1")).isTrue();
        assertThat(publisher.flush(SOON)).isTrue();
        assertThat(publisher.published()).isEqualTo(1);
        publisher.close();
    }

    @Test
    void flushingEndsWhenItsTimeIsOver() throws Exception {
        MockProducer<byte[], byte[]> kafka = kafka(false);
        EventPublisher publisher = publisher(kafka);
        publisher.emit("a", "j", "1");
        assertThat(publisher.flush(Duration.ofMillis(50))).isFalse();
        while (!kafka.completeNext()) {
            Thread.onSpinWait();
        }
        assertThat(publisher.flush(SOON)).isTrue();
        publisher.close();
    }
}
