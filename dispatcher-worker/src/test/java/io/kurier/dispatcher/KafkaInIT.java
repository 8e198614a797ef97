package io.kurier.dispatcher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.runtime.health.Check;
import io.kurier.schemas.Event;
import io.kurier.schemas.registry.KurierAvroSerializer;
import io.kurier.schemas.registry.RegistrySettings;
import io.kurier.schemas.registry.TestRegistry;
import io.kurier.testkit.Answer;
import io.kurier.testkit.kafka.KafkaExtension;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Events that services write to Kafka themselves: topics of one tenant, encodings, a schema registry that fails. */
class KafkaInIT {
    @RegisterExtension
    private static final KafkaExtension KAFKA = KafkaExtension.perClass();

    @AutoClose
    private final TestRegistry registry = new TestRegistry();

    private final String prefix = KAFKA.broker().uniquePrefix();
    private final String acmes = "acme." + prefix + "in";

    @AutoClose
    private final WorkerFixture kurier = new WorkerFixture(KAFKA.broker(), prefix, Map.of(acmes, Samples.TENANT));

    @BeforeEach
    void start() throws Exception {
        kurier.receiver.respondAlways("/hook", Answer.ok());
        kurier.write(Samples.webhook(1, kurier.receiver.url("/hook")));
    }

    private WorkerFixture.Worker worker() throws Exception {
        return kurier.start("KURIER_SCHEMA_REGISTRY_URL", registry.url());
    }

    private void send(String topic, int partition, byte[] value, String... headers) throws Exception {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, partition, new byte[] {1}, value);
        for (int i = 0; i < headers.length; i += 2) {
            record.headers().add(headers[i], headers[i + 1].getBytes(UTF_8));
        }
        kurier.send(record);
    }

    private byte[] framed(Event event) {
        KurierAvroSerializer serializer = new KurierAvroSerializer();
        serializer.configure(Map.of(RegistrySettings.URL, registry.url()), false);
        return serializer.serialize("events", event);
    }

    @Test
    void everyEncodingIsDeliveredFromTheSharedTopicAndFromATenantsTopic() throws Exception {
        worker();
        String json = "{\"type\":\"job.done\",\"data\":{\"n\": 1}}";
        String cloud = "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/s\",\"type\":\"a.b\",\"data\":{\"n\":2}}";
        for (String topic : List.of(kurier.topics().events(), acmes)) {
            send(topic, 0, json.getBytes(UTF_8), "content-type", "application/json");
            send(topic, 0, cloud.getBytes(UTF_8), "content-type", "application/cloudevents+json");
            send(topic, 1, framed(Samples.event("job-3", 3)));
            send(topic, 2, kurier.codec(Event.class).encode(Samples.event("job-4", 4)));
        }
        send(acmes, 3, json.getBytes(UTF_8), "content-type", "application/json", "kurier-tenant", "other");
        kurier.receiver.awaitRequests("/hook", 8, WorkerFixture.SOON);
        kurier.awaitSettled();

        assertThat(kurier.receiver.requests())
                .extracting(request -> request.text().replaceAll(".*\"data\":", ""))
                .containsExactlyInAnyOrder(
                        "{\"n\":1}}",
                        "{\"n\":1}}",
                        "{\"n\":2}}",
                        "{\"n\":2}}",
                        "{\"n\":3}}",
                        "{\"n\":3}}",
                        "{\"n\":4}}",
                        "{\"n\":4}}");
        List<ConsumerRecord<byte[], byte[]>> kept = kurier.read(kurier.topics().quarantine());
        assertThat(kept).singleElement().satisfies(record -> {
            assertThat(header(record, "kurier-topic")).isEqualTo(acmes);
            assertThat(header(record, "kurier-why")).contains("belongs to 'default'");
        });
    }

    @Test
    void onePartitionWaitsWhileTheRegistryIsDownAndNoEventIsLost() throws Exception {
        byte[] later = framed(Samples.event("job-2", 2));
        registry.down(true);
        WorkerFixture.Worker worker = worker();
        String events = kurier.topics().events();
        send(events, 0, later);
        send(events, 0, kurier.codec(Event.class).encode(Samples.event("job-3", 3)));
        send(events, 1, kurier.codec(Event.class).encode(Samples.event("job-1", 1)));

        kurier.receiver.awaitRequests("/hook", 1, WorkerFixture.SOON);
        WorkerFixture.await("health names the partition", () -> worker.dispatcher().health().stream()
                .anyMatch(check -> !check.ok() && check.name().equals("events-schema")));
        assertThat(worker.runtime()
                        .metrics()
                        .get("kurier.partitions.waiting")
                        .gauge()
                        .value())
                .isEqualTo(1);
        assertThat(kurier.receiver.requests()).singleElement().satisfies(request -> assertThat(request.text())
                .contains("\"n\":1"));

        registry.down(false);
        kurier.receiver.awaitRequests("/hook", 3, WorkerFixture.SOON);
        kurier.awaitSettled();
        assertThat(kurier.read(kurier.topics().quarantine())).isEmpty();
        WorkerFixture.await("health is good again", () -> worker.dispatcher().health().stream()
                .allMatch(Check::ok));
        assertThat(worker.runtime()
                        .metrics()
                        .get("kurier.schema.registry.failures")
                        .counter()
                        .count())
                .isPositive();
    }

    @Test
    void aRecordWithAnUnknownSchemaIdIsQuarantinedUnchanged() throws Exception {
        worker();
        byte[] unknown = {0, 0, 0, 0x12, 0x34, 1, 2};
        send(kurier.topics().events(), 0, unknown);
        send(kurier.topics().events(), 0, kurier.codec(Event.class).encode(Samples.event("job-1", 1)));
        kurier.receiver.awaitRequests("/hook", 1, WorkerFixture.SOON);
        kurier.awaitSettled();
        assertThat(kurier.read(kurier.topics().quarantine())).singleElement().satisfies(record -> {
            assertThat(record.value()).isEqualTo(unknown);
            assertThat(header(record, "kurier-why")).contains("4660");
        });
    }

    @Test
    void aRecordWithAThousandHeadersIsHandledAndItsPartitionContinues() throws Exception {
        worker();
        String[] many = new String[2_000];
        for (int i = 0; i < many.length; i += 2) {
            many[i] = i % 4 == 0 ? "content-type" : "x-" + i;
            many[i + 1] = i == 1_996 ? "application/json" : "text/plain; " + "v".repeat(100);
        }
        String events = kurier.topics().events();
        send(events, 0, json(1), many);
        send(events, 0, "{".getBytes(UTF_8), many);
        send(events, 0, json(2), "content-type", "application/json");
        kurier.receiver.awaitRequests("/hook", 2, WorkerFixture.SOON);
        kurier.awaitSettled();
        assertThat(numbers()).containsExactlyInAnyOrder("1", "2");
        assertThat(kurier.read(kurier.topics().quarantine())).singleElement().satisfies(record -> {
            assertThat(record.value()).isEqualTo("{".getBytes(UTF_8));
            assertThat(record.headers().toArray())
                    .as("the record's own headers and its position")
                    .hasSize(1_004);
            assertThat(record.headers().toArray()[998].key()).isEqualTo("content-type");
        });
    }

    @Test
    void theLastValueOfARepeatedHeaderCounts() throws Exception {
        worker();
        String events = kurier.topics().events();
        String json = "application/json";
        send(events, 0, json(1), "content-type", "text/plain", "content-type", json);
        send(events, 0, json(2), "content-type", json, "content-type", "text/plain");
        send(events, 0, json(3), "content-type", json, "kurier-tenant", "other", "kurier-tenant", Samples.TENANT);
        send(events, 0, json(4), "content-type", json, "kurier-tenant", Samples.TENANT, "kurier-tenant", "other");
        send(acmes, 0, json(5), "content-type", json, "kurier-tenant", "other", "kurier-tenant", Samples.TENANT);
        send(acmes, 0, json(6), "content-type", json, "kurier-tenant", Samples.TENANT, "kurier-tenant", "other");
        send(events, 0, json(7), "content-type", json);
        send(acmes, 0, json(8), "content-type", json);
        kurier.receiver.awaitRequests("/hook", 5, WorkerFixture.SOON);
        kurier.awaitSettled();
        assertThat(numbers())
                .as("requests, without event 4 of a tenant that has no webhooks")
                .containsExactlyInAnyOrder("1", "3", "5", "7", "8");
        assertThat(kurier.read(kurier.topics().quarantine()))
                .extracting(record -> header(record, "kurier-why"))
                .satisfiesExactlyInAnyOrder(
                        why -> assertThat(why).contains("content-type: application/json"),
                        why -> assertThat(why).startsWith("tenant is 'other', and the topic " + acmes));
    }

    private static byte[] json(int n) {
        return ("{\"type\":\"job.done\",\"data\":{\"n\":" + n + "}}").getBytes(UTF_8);
    }

    private List<String> numbers() {
        return kurier.receiver.requests().stream()
                .map(request -> request.text().replaceAll(".*\"n\":(\\d+).*", "$1"))
                .toList();
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), UTF_8);
    }
}
