package io.kurier.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.kurier.schemas.CircuitRecord;
import io.kurier.schemas.CircuitWhy;
import io.kurier.schemas.ReplayFrom;
import io.kurier.schemas.ReplayOrder;
import io.kurier.schemas.ReplayRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Changes to webhooks: by PATCH, by pausing and resuming, and by a receiver that answers 410. */
@ExtendWith(SharedApi.class)
class ChangesIT {
    private final TestApi api;
    private final ApiClient caller;

    ChangesIT(TestApi api) {
        this.api = api;
        this.caller = api.caller();
    }

    private static String json(String text) {
        return text.replace('\'', '"');
    }

    private String made(String fields) {
        return caller.post("/webhooks", json("{" + fields + "}"))
                .is(201)
                .json()
                .path("id")
                .asText();
    }

    private Answer patch(String id, String fields, String... headers) {
        return caller.patch("/webhooks/" + id, json("{" + fields + "}"), headers);
    }

    @Test
    void onlyNamedFieldsChange() {
        String id = made("'url':'https://example.com/a','events':['job.*'],'description':'mine','timeout':'2s',"
                + "'retry':{'schedule':['1s']},'rate_limit':{'limit':5,'per':'1s'},'max_in_flight':3,"
                + "'throttle':{'download.progress':'2s'}");
        JsonNode before = caller.get("/webhooks/" + id).is(200).json();
        assertThat(before.path("throttle").toString()).isEqualTo("{\"download.progress\":\"2s\"}");

        JsonNode after = patch(id, "'timeout':'3s'").is(200).json();

        assertThat(after.path("timeout").asText()).isEqualTo("3s");
        assertThat(after.path("revision").asInt()).isEqualTo(2);
        for (String field : List.of(
                "id",
                "url",
                "events",
                "description",
                "retry",
                "rate_limit",
                "max_in_flight",
                "throttle",
                "state",
                "created_at")) {
            assertThat(after.path(field)).as(field).isEqualTo(before.path(field));
        }
        assertThat(caller.get("/webhooks/" + id).json()).isEqualTo(after);
    }

    @Test
    void nullRestoresTheDefault() {
        String id = made("'url':'https://example.com/a','events':['job.*'],'description':'mine','timeout':'2s',"
                + "'retry':{'schedule':['1s']},'rate_limit':{'limit':5,'per':'1s'},'max_in_flight':3,"
                + "'throttle':{'download.progress':'2s'}");

        JsonNode after = patch(
                        id,
                        "'description':null,'timeout':null,'retry':null,'rate_limit':null,'max_in_flight':null,'throttle':null")
                .is(200)
                .json();

        assertThat(after.path("description").asText()).isEmpty();
        assertThat(after.path("timeout").asText()).isEqualTo("15s");
        assertThat(after.path("retry").path("max_attempts").asInt()).isEqualTo(10);
        for (String field : List.of("rate_limit", "max_in_flight", "throttle")) {
            assertThat(after.has(field)).as(field).isFalse();
        }
    }

    @Test
    void everyFieldCanBeChanged() {
        String id = made("'url':'https://example.com/a','events':['job.*']");
        JsonNode after = patch(
                        id,
                        "'url':'https://example.org/b','events':['*'],'description':'b','retry':{'schedule':['9s']},"
                                + "'timeout':'9s','rate_limit':{'limit':9,'per':'9s'},'max_in_flight':9,"
                                + "'throttle':{'a.b':'9s'},'state':'paused'")
                .is(200)
                .json();
        assertThat(after.path("url").asText()).isEqualTo("https://example.org/b");
        assertThat(after.path("events").toString()).isEqualTo("[\"*\"]");
        assertThat(after.path("description").asText()).isEqualTo("b");
        assertThat(after.path("retry").path("schedule").toString()).isEqualTo("[\"9s\"]");
        assertThat(after.path("timeout").asText()).isEqualTo("9s");
        assertThat(after.path("rate_limit").path("limit").asInt()).isEqualTo(9);
        assertThat(after.path("max_in_flight").asInt()).isEqualTo(9);
        assertThat(after.path("throttle").path("a.b").asText()).isEqualTo("9s");
        assertThat(after.path("state").asText()).isEqualTo("paused");
    }

    @Test
    void changeInsideRetryKeepsItsOtherFields() {
        String id = made("'url':'https://example.com/a','events':['*'],"
                + "'retry':{'schedule':['30s','1m'],'jitter':0.5,'success':[200],'give_up_on':['4xx']}");
        JsonNode retry = patch(id, "'retry':{'jitter':0}").is(200).json().path("retry");
        assertThat(retry.path("jitter").asDouble()).isZero();
        assertThat(retry.path("schedule").toString()).isEqualTo("[\"30s\",\"1m\"]");
        assertThat(retry.path("success").toString()).isEqualTo("[\"200\"]");
        assertThat(retry.path("give_up_on").toString()).isEqualTo("[\"4xx\"]");

        retry = patch(id, "'retry':{'max_attempts':2,'success':null}")
                .is(200)
                .json()
                .path("retry");
        assertThat(retry.path("schedule").toString()).isEqualTo("[\"30s\"]");
        assertThat(retry.has("success")).isFalse();
        assertThat(patch(id, "'retry':{'schedule':null}")
                        .is(200)
                        .json()
                        .path("retry")
                        .path("schedule"))
                .hasSize(9);
    }

    @Test
    void webhookMayBeCreatedPausedAndNullMakesItActive() {
        String id = made("'url':'https://example.com/a','events':['*'],'state':'paused'");
        assertThat(caller.get("/webhooks/" + id).json().path("state").asText()).isEqualTo("paused");
        assertThat(patch(id, "'state':null").is(200).json().path("state").asText())
                .isEqualTo("active");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "'url':null                              | url",
                "'url':'http://127.0.0.1/'               | url",
                "'events':[]                             | events",
                "'events':null                           | events",
                "'state':'asleep'                        | state",
                "'secret':'whsec_x'                      | secret",
                "'id':'wh_2'                             | id",
                "'throttle':{'*':'1s'}                   | throttle",
                "'throttle':{'a.b':'61s'}                | throttle.a.b",
                "'throttle':{'a.b':null}                 | throttle.a.b",
                "'throttle':'1s'                         | throttle"
            })
    void invalidChangeIsNamedAndChangesNothing(String fields, String field) {
        String id = made("'url':'https://example.com/a','events':['job.*']");
        patch(id, fields).problem(400, field);
        assertThat(caller.get("/webhooks/" + id).json().path("revision").asInt())
                .isEqualTo(1);
    }

    @Test
    void changeOfAnOldRevisionIsRefused() {
        String id = made("'url':'https://example.com/a','events':['job.*']");
        String tag = caller.get("/webhooks/" + id).is(200).header("etag");
        assertThat(patch(id, "'description':'1'", "If-Match", tag).is(200).header("etag"))
                .isEqualTo("\"2\"");
        patch(id, "'description':'2'", "If-Match", tag).problem(412, "If-Match");
        assertThat(caller.get("/webhooks/" + id).json().path("description").asText())
                .isEqualTo("1");
        patch(id, "'description':'3'", "If-Match", "*").is(200);
        patch(id, "'description':'4'", "If-Match", "\"9\", \"3\"").is(200);
        patch(id, "'description':'5'", "If-Match", "\"9\", W/\"4\"").problem(412, "If-Match");
    }

    @Test
    void concurrentChangesAtTwoApisAreAllKept() throws Exception {
        String id = made("'url':'https://example.com/a','events':['job.*']");
        try (TestApi two = api.another(Map.of())) {
            await().untilAsserted(() -> caller.at(two).get("/webhooks/" + id).is(200));
            List<CompletableFuture<Answer>> changing = IntStream.range(0, 20)
                    .mapToObj(i -> CompletableFuture.supplyAsync(() -> caller.at(i % 2 == 0 ? api : two)
                            .patch("/webhooks/" + id, "{\"description\":\"" + i + "\"}")))
                    .toList();
            List<Integer> revisions = new ArrayList<>();
            for (CompletableFuture<Answer> change : changing) {
                revisions.add(change.get(60, TimeUnit.SECONDS)
                        .is(200)
                        .json()
                        .path("revision")
                        .asInt());
            }
            assertThat(revisions)
                    .containsExactlyInAnyOrderElementsOf(
                            IntStream.rangeClosed(2, 21).boxed().toList());
        }
    }

    @Test
    void pausingHoldsAndResumingReleases() {
        String id = made("'url':'https://example.com/a','events':['job.*']");
        assertThat(caller.post("/webhooks/" + id + "/pause", "")
                        .is(200)
                        .json()
                        .path("state")
                        .asText())
                .isEqualTo("paused");

        JsonNode resumed =
                caller.post("/webhooks/" + id + "/resume", "").is(200).json();

        assertThat(resumed.path("state").asText()).isEqualTo("active");
        String release = resumed.path("release").asText();
        JsonNode shown = caller.get("/replays/" + release).is(200).json();
        assertThat(shown.path("from").asText()).isEqualTo("held");
        assertThat(shown.path("filter").path("webhook_id").asText()).isEqualTo(id);
        ReplayOrder order =
                api.runtime().replays().get(release).map(ReplayRecord::getOrder).orElseThrow();
        assertThat(order.getFrom()).isEqualTo(ReplayFrom.HELD);
        assertThat(order.getBeginsAtMs() - order.getCreatedAtMs())
                .as("workers hold no more deliveries by then")
                .isGreaterThan(5_000);
    }

    @Test
    void deletingAPausedWebhookReleasesItsHeldDeliveriesToBeDiscarded() {
        String id = made("'url':'https://example.com/a','events':['job.*']");
        caller.post("/webhooks/" + id + "/pause", "").is(200);
        caller.delete("/webhooks/" + id).is(204);
        JsonNode replays = caller.get("/replays").is(200).json().path("data");
        assertThat(replays).hasSize(1);
        assertThat(replays.get(0).path("from").asText()).isEqualTo("held");
        assertThat(replays.get(0).path("filter").path("webhook_id").asText()).isEqualTo(id);
    }

    @Test
    void webhookIsChangedByItsTenantOnly() {
        String id = made("'url':'https://example.com/a','events':['job.*']");
        ApiClient other = api.caller();
        other.patch("/webhooks/" + id, "{\"description\":\"x\"}").problem(404);
        other.post("/webhooks/" + id + "/pause", "").problem(404);
        other.post("/webhooks/" + id + "/resume", "").problem(404);
        assertThat(caller.get("/webhooks/" + id).json().path("revision").asInt())
                .isEqualTo(1);
    }

    @Test
    void circuitIsShownUntilTheWebhookChanges() throws Exception {
        String id = made("'url':'https://example.com/a','events':['job.*']");
        long nowMs = System.currentTimeMillis();
        report(id, new CircuitRecord(id, 1L, CircuitWhy.FAILURES, "5 in a row", nowMs - 1, nowMs + 60_000));
        await().untilAsserted(() -> {
            JsonNode circuit = caller.get("/webhooks/" + id).json().path("circuit");
            assertThat(circuit.path("state").asText()).isEqualTo("open");
            assertThat(circuit.path("reason").asText()).isEqualTo("5 in a row");
            assertThat(circuit.hasNonNull("since") && circuit.hasNonNull("next_probe_at"))
                    .isTrue();
        });
        assertThat(caller.get("/webhooks").text()).contains("5 in a row");

        report(id, new CircuitRecord(id, 1L, CircuitWhy.FAILURES, "5 in a row", nowMs - 1, nowMs));
        await().untilAsserted(() -> assertThat(caller.get("/webhooks/" + id)
                        .json()
                        .path("circuit")
                        .path("state")
                        .asText())
                .isEqualTo("half_open"));
        patch(id, "'url':'https://example.com/b'").is(200);
        assertThat(caller.get("/webhooks/" + id).json().has("circuit")).isFalse();
    }

    @Test
    void goneReceiverDisablesItsWebhookUnlessItChangedSince() throws Exception {
        String gone = made("'url':'https://example.com/a','events':['job.*']");
        String mended = made("'url':'https://example.com/b','events':['job.*']");
        patch(mended, "'url':'https://example.com/c'").is(200);
        report(mended, new CircuitRecord(mended, 1L, CircuitWhy.GONE, "the receiver answered 410", 1L, 2L));
        report(gone, new CircuitRecord(gone, 1L, CircuitWhy.GONE, "the receiver answered 410", 1L, 2L));

        await().untilAsserted(() -> {
            JsonNode shown = caller.get("/webhooks/" + gone).json();
            assertThat(shown.path("state").asText()).isEqualTo("disabled");
            assertThat(shown.path("state_reason").asText()).isEqualTo("the receiver answered 410");
        });
        assertThat(caller.get("/webhooks/" + mended).json().path("state").asText())
                .isEqualTo("active");

        assertThat(patch(gone, "'state':'active'").is(200).json().has("state_reason"))
                .isFalse();
        try (TestApi later = api.another(Map.of())) {
            // a second API reads the same report, which is about an old revision
            caller.at(later).post("/webhooks/" + gone + "/pause", "").is(200);
            assertThat(caller.at(later)
                            .get("/webhooks/" + gone)
                            .json()
                            .path("state")
                            .asText())
                    .isEqualTo("paused");
        }
    }

    private void report(String id, CircuitRecord record) throws Exception {
        try (var producer = api.runtime().kafka().producer(Map.of())) {
            byte[] value = api.runtime().codec(CircuitRecord.class).encode(record);
            producer.send(new ProducerRecord<>(api.runtime().topics().circuits(), 0, id.getBytes(UTF_8), value))
                    .get();
        }
    }
}
