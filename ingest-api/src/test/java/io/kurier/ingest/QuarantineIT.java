package io.kurier.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.kurier.ingest.recovery.QuarantineRequeue;
import io.kurier.runtime.kafka.Quarantine;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Quarantined records: listed, shown, and requeued once without a change. */
@ExtendWith(SharedApi.class)
class QuarantineIT {
    private static final byte[] KEY = {7, 0};

    private final TestApi api;

    QuarantineIT(TestApi api) {
        this.api = api;
    }

    private JsonNode get(String path) {
        return api.send(request(path).GET()).is(200).json();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(api.uri("/api/v1" + path)).header("x-api-key", TestApi.KEY);
    }

    private Answer requeue(String id) {
        return api.send(request("/quarantine/" + id + "/requeue").POST(HttpRequest.BodyPublishers.noBody()));
    }

    /** Quarantines a record as a worker does; returns its id once the API lists it. */
    private String quarantine(byte[] value, String topic, String why, RecordHeaders headers) throws Exception {
        ConsumerRecord<byte[], byte[]> record = new ConsumerRecord<>(
                topic, 1, 17, 0, TimestampType.CREATE_TIME, 0, 0, KEY, value, headers, Optional.empty());
        try (var producer = api.runtime().kafka().producer(java.util.Map.of())) {
            long offset = producer.send(Quarantine.of(api.runtime().topics().quarantine(), record, why))
                    .get(30, TimeUnit.SECONDS)
                    .offset();
            String id = "0-" + offset;
            await(() -> find(id) != null);
            return id;
        }
    }

    private JsonNode find(String id) {
        for (JsonNode record : get("/quarantine?limit=1000").path("data")) {
            if (record.path("id").asText().equals(id)) {
                return record;
            }
        }
        return null;
    }

    private static void await(java.util.concurrent.Callable<Boolean> condition) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(50))
                .until(condition);
    }

    private static RecordHeaders headers(String tenant) {
        RecordHeaders headers = new RecordHeaders();
        headers.add("traceparent", new byte[] {0, (byte) 0xFF});
        // the record has such headers already: forged, or from an earlier quarantine
        headers.add("kurier-why", "my own".getBytes(UTF_8));
        headers.add("kurier-tenant", tenant.getBytes(UTF_8));
        return headers;
    }

    @Test
    void recordIsListedShownAndRequeuedOnceUnchanged() throws Exception {
        String events = api.runtime().topics().events();
        byte[] value = {0, (byte) 0xC3, 1};
        String id = quarantine(value, events, "expected a Event", headers("q1"));

        JsonNode listed = find(id);
        assertThat(listed.path("reason").asText()).isEqualTo("expected a Event");
        assertThat(listed.path("topic").asText()).isEqualTo(events);
        assertThat(listed.path("partition").asInt()).isEqualTo(1);
        assertThat(listed.path("offset").asInt()).isEqualTo(17);
        assertThat(listed.path("bytes").asInt()).isEqualTo(3);
        assertThat(listed.path("requeued_at").isNull()).isTrue();
        assertThat(listed.has("value_base64")).isFalse();

        JsonNode shown = get("/quarantine/" + id);
        assertThat(Base64.getDecoder().decode(shown.path("value_base64").asText()))
                .isEqualTo(value);
        assertThat(shown.has("value_text")).as("no UTF-8").isFalse();
        assertThat(shown.path("key_text").asText()).isEqualTo("\u0007\u0000");
        assertThat(shown.path("headers").findValuesAsText("name"))
                .containsExactly("traceparent", "kurier-why", "kurier-tenant");
        assertThat(shown.path("headers").get(1).path("value_text").asText()).isEqualTo("my own");

        api.send(request("/quarantine/" + id + "/requeue")
                        .POST(HttpRequest.BodyPublishers.ofString("{\"topic\":\"x\"}")))
                .problem(400);
        assertThat(requeue(id).is(202).json().path("status").asText()).isEqualTo("requeued");
        await(() -> !find(id).path("requeued_at").isNull());
        requeue(id).problem(409);
        List<ConsumerRecord<byte[], byte[]>> back = api.records(events).stream()
                .filter(record -> record.key() != null && record.key().length == 2 && record.key()[0] == 7)
                .filter(record ->
                        new String(record.headers().lastHeader("kurier-tenant").value(), UTF_8).equals("q1"))
                .toList();
        assertThat(back).singleElement().satisfies(record -> {
            assertThat(record.value()).isEqualTo(value);
            assertThat(record.partition()).isEqualTo(1);
            assertThat(record.headers().toArray()).isEqualTo(headers("q1").toArray());
        });
        assertThat(get("/quarantine?requeued=false&limit=1000").path("data").findValuesAsText("id"))
                .doesNotContain(id);
    }

    /** A killed worker leaves an open transaction; readers see later records only after Kafka has aborted it. */
    @Test
    void openTransactionDoesNotHideThatARecordWasRequeued() throws Exception {
        String topic = api.runtime().topics().quarantine();
        String id = quarantine("{}".getBytes(UTF_8), api.runtime().topics().events(), "no type", headers("q5"));
        QuarantineRequeue requeue = new QuarantineRequeue(
                api.runtime().kafka(), api.runtime().topics(), api.runtime().clock());
        var kept = requeue.read(Long.parseLong(id.substring(2))).orElseThrow();
        Quarantine.Origin origin = Quarantine.origin(kept).orElseThrow();
        try (var killed = api.runtime()
                .kafka()
                .transactionalProducer(api.runtime().topics().named("killed"))) {
            killed.initTransactions();
            killed.beginTransaction();
            killed.send(new ProducerRecord<>(topic, 0, null, new byte[1])).get(30, TimeUnit.SECONDS);

            var first = CompletableFuture.supplyAsync(() -> putBack(requeue, kept, origin));
            var second = CompletableFuture.supplyAsync(() -> putBack(requeue, kept, origin));
            assertThatThrownBy(() -> CompletableFuture.anyOf(first, second).get(1, TimeUnit.SECONDS))
                    .as("the list does not show the requeue yet")
                    .isInstanceOf(TimeoutException.class);
            killed.abortTransaction();
            assertThat(List.of(first.get(30, TimeUnit.SECONDS), second.get(30, TimeUnit.SECONDS)))
                    .containsExactlyInAnyOrder(true, false);
        }
    }

    private static boolean putBack(
            QuarantineRequeue requeue, ConsumerRecord<byte[], byte[]> kept, Quarantine.Origin origin) {
        try {
            return requeue.requeue(kept, origin);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void tenantSeesOnlyItsOwnErrors() throws Exception {
        String events = api.runtime().topics().events();
        String mine = quarantine("{}".getBytes(UTF_8), events, "no type", headers("q2"));
        quarantine("{}".getBytes(UTF_8), events, "no type", headers("q3"));
        assertThat(get("/errors?tenant=q2").path("data").findValuesAsText("id")).containsExactly(mine);
        assertThat(get("/quarantine/" + mine).path("value_text").asText()).isEqualTo("{}");
    }

    @Test
    void pagesAreOrderedNewestFirst() throws Exception {
        String topic = "paged";
        String first = quarantine(null, topic, "a", headers("q4"));
        String second = quarantine(null, topic, "b", headers("q4"));
        JsonNode page = get("/quarantine?topic=paged&limit=1");
        assertThat(page.path("data").findValuesAsText("id")).containsExactly(second);
        JsonNode next = get("/quarantine?topic=paged&limit=1&cursor="
                + page.path("next_cursor").asText());
        assertThat(next.path("data").findValuesAsText("id")).containsExactly(first);
        assertThat(next.path("next_cursor").isNull()).isTrue();
        requeue(first).problem(409);
    }

    @Test
    void missingRecordIsNotFound() {
        for (String id : List.of("0-999999", "1-0", "0-", "0-x", "nothing")) {
            api.send(request("/quarantine/" + id).GET()).problem(404);
            requeue(id).problem(404);
        }
        api.send(request("/quarantine?cursor=-1").GET()).problem(400, "cursor");
        api.send(request("/quarantine?requeued=maybe").GET()).problem(400, "requeued");
    }
}
