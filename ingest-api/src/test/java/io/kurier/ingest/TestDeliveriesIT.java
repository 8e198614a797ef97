package io.kurier.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kurier.model.signing.Signing;
import io.kurier.model.signing.SigningSecret;
import io.kurier.testkit.Received;
import io.kurier.testkit.ScriptedReceiver;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** Test deliveries: the request that the receiver gets, and the response to the caller. */
@ExtendWith(SharedApi.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TestDeliveriesIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String SECRET = "whsec_a3VyaWVyIHRlc3RzIHdpdGggdGhpcyBvbmUga2V5ISE=";

    private final TestApi closed;
    private TestApi api;
    private ScriptedReceiver receiver;

    TestDeliveriesIT(TestApi api) {
        this.closed = api;
    }

    @BeforeAll
    void open() throws InterruptedException {
        api = closed.another(Map.of("KURIER_ALLOW_PRIVATE_NETWORKS", "true", "KURIER_TENANT_TEST_DELIVERIES", "1"));
        receiver = ScriptedReceiver.start();
    }

    @AfterAll
    void close() {
        receiver.close();
        api.close();
    }

    private static String json(String text) {
        return "{" + text.replace('\'', '"') + "}";
    }

    private static String header(Received request, String name) {
        return request.header(name).orElse("");
    }

    private String made(ApiClient caller, String path, String more) {
        return caller.post(
                        "/webhooks",
                        json("'url':'" + receiver.url(path) + "','events':['job.*'],'secret':'" + SECRET + "'" + more))
                .is(201)
                .json()
                .path("id")
                .asText();
    }

    @Test
    void testDeliveryIsSignedMarkedAndHasItsOwnPayload() {
        ApiClient caller = api.caller();
        String id = made(caller, "/own", ",'headers':{'X-Team':'video'},'when':'data.progress > 50'");

        JsonNode told = caller.post(
                        "/webhooks/" + id + "/test",
                        json(
                                "'type':'job.completed','data':{'job_id':'job-1','progress':75.0,'big':12345678901234567890}"))
                .is(200)
                .json();

        assertThat(told.path("delivered").asBoolean()).isTrue();
        assertThat(told.path("status").asInt()).isEqualTo(200);
        assertThat(told.path("error").isNull()).isTrue();
        assertThat(told.path("duration_ms").isNumber()).isTrue();
        assertThat(told.path("wanted").asBoolean()).isTrue();
        assertThat(told.path("test_result").path("success").asBoolean()).isTrue();
        Received got = receiver.awaitRequests("/own", 1, PATIENCE).get(0);
        assertThat(header(got, "webhook-test")).isEqualTo("true");
        assertThat(header(got, "webhook-attempt")).isEqualTo("1");
        assertThat(header(got, "x-team")).isEqualTo("video");
        assertThat(header(got, "webhook-id"))
                .isEqualTo(told.path("delivery_id").asText())
                .startsWith("dlv_");
        String body = got.text();
        assertThat(body)
                .startsWith("{\"type\":\"job.completed\",\"timestamp\":\"")
                .endsWith(
                        "\"job_id\":\"job-1\",\"data\":{\"job_id\":\"job-1\",\"progress\":75,\"big\":12345678901234567890}}");
        long seconds = Long.parseLong(header(got, "webhook-timestamp"));
        assertThat(header(got, "webhook-signature"))
                .isEqualTo(Signing.with(SigningSecret.parse(SECRET))
                        .sign(header(got, "webhook-id"), seconds * 1_000, got.body()));
        assertThat(caller.events()).isEmpty();
    }

    @Test
    void responseSaysWhetherTheWebhookWouldGetTheEvent() {
        ApiClient caller = api.caller();
        String test = "/webhooks/" + made(caller, "/wanted", ",'when':'data.progress > 50'") + "/test";

        JsonNode none = caller.post(test, "").is(200).json();
        assertThat(none.path("type").asText()).isEqualTo("webhook.test");
        assertThat(none.path("unwanted_because").asText()).isEqualTo("no pattern in events matches webhook.test");
        JsonNode low = caller.post(test, json("'type':'job.a','data':{'progress':1}"))
                .is(200)
                .json();
        assertThat(low.path("unwanted_because").asText()).isEqualTo("the condition when is false for this event");
        JsonNode missing =
                caller.post(test, json("'type':'job.a','data':{}")).is(200).json();
        assertThat(missing.path("wanted").asBoolean()).isFalse();
        assertThat(missing.path("unwanted_because").asText()).contains("cannot be evaluated", "progress");
        assertThat(receiver.requestCount("/wanted")).isEqualTo(3);
    }

    @Test
    void transformMakesTheBodyOrTheResponseSaysWhyNot() {
        ApiClient caller = api.caller();
        String test = "/webhooks/" + made(caller, "/shaped", ",'transform':'[data.status]'") + "/test";

        assertThat(caller.post(test, json("'data':{'status':'done'}"))
                        .is(200)
                        .json()
                        .path("delivered")
                        .asBoolean())
                .isTrue();
        assertThat(receiver.requests("/shaped").get(0).text()).isEqualTo("[\"done\"]");
        JsonNode failed = caller.post(test, json("'data':{}")).is(200).json();
        assertThat(failed.path("delivered").asBoolean()).isFalse();
        assertThat(failed.path("error").asText()).isEqualTo("transform");
        assertThat(failed.path("detail").asText()).contains("status");
        assertThat(receiver.requestCount("/shaped")).isEqualTo(1);
    }

    @Test
    void pausedWebhookIsTestedAndA410ChangesNothing() {
        ApiClient caller = api.caller();
        String id = made(caller, "/gone", "");
        caller.post("/webhooks/" + id + "/pause", "").is(200);
        receiver.respondAlways("/gone", io.kurier.testkit.Answer.status(410));

        JsonNode told = caller.post("/webhooks/" + id + "/test", "").is(200).json();
        assertThat(told.path("delivered").asBoolean()).isFalse();
        assertThat(told.path("status").asInt()).isEqualTo(410);
        assertThat(told.path("detail").asText()).contains("410", "does not count as success");
        assertThat(caller.get("/webhooks/" + id).json().path("state").asText()).isEqualTo("paused");
    }

    @Test
    void unregisteredUrlIsTestedWithTheSettingsOfTheRequest() {
        ApiClient caller = api.caller();
        JsonNode told = caller.post(
                        "/webhooks/test",
                        json("'url':'" + receiver.url("/new") + "','secret':'" + SECRET
                                + "','headers':{'X-A':'b'},'type':'a.b','data':[1.0]"))
                .is(200)
                .json();
        assertThat(told.path("delivered").asBoolean()).isTrue();
        assertThat(header(receiver.requests("/new").get(0), "x-a")).isEqualTo("b");
        assertThat(receiver.requests("/new").get(0).text()).endsWith("\"data\":[1]}");
        assertThat(caller.get("/webhooks").ids("id")).isEmpty();

        caller.post("/webhooks/test", "{}").problem(400, "url");
        caller.post("/webhooks/test", json("'url':'" + receiver.url("/new") + "','events':['*']"))
                .problem(400, "events");
        caller.post("/webhooks/test", json("'url':'" + receiver.url("/new") + "','type':'a b'"))
                .problem(400, "type");
        caller.post(
                        "/webhooks/test",
                        json("'url':'" + receiver.url("/new") + "','data':'" + "x".repeat(TestApi.MAX_EVENT_BYTES)
                                + "'"))
                .problem(413, "data");
    }

    @Test
    void refusedConnectionAndTimeoutAreDistinguished() {
        ApiClient caller = api.caller();
        JsonNode refused = caller.post("/webhooks/test", json("'url':'http://127.0.0.1:1/'"))
                .is(200)
                .json();
        assertThat(refused.path("error").asText()).isEqualTo("connect");
        assertThat(refused.path("status").asInt()).isZero();
        assertThat(refused.path("test_result").path("error").asText()).isEqualTo("connect");

        receiver.respondAlways("/never", io.kurier.testkit.Answer.never());
        JsonNode late = caller.post("/webhooks/test", json("'url':'" + receiver.url("/never") + "','timeout':'300ms'"))
                .is(200)
                .json();
        assertThat(late.path("error").asText()).isEqualTo("timeout");
        assertThat(late.path("duration_ms").asLong()).isBetween(300L, 5_000L);
    }

    @Test
    void testDeliveriesOfOneTenantAreLimited() {
        ApiClient caller = api.caller();
        receiver.respondAlways("/slow", io.kurier.testkit.Answer.never());
        String body = json("'url':'" + receiver.url("/slow") + "','timeout':'10s'");
        CompletableFuture<Answer> first = CompletableFuture.supplyAsync(() -> caller.post("/webhooks/test", body));
        receiver.awaitRequests("/slow", 1, PATIENCE);

        Answer second = caller.post("/webhooks/test", body);
        assertThat(second.problem(429).path("detail").asText()).contains("KURIER_TENANT_TEST_DELIVERIES");
        assertThat(second.header("retry-after")).isEqualTo("1");
        assertThat(api.caller()
                        .post("/webhooks/test", json("'url':'" + receiver.url("/other") + "'"))
                        .status())
                .isEqualTo(200);
        receiver.release();
        assertThat(first.join().json().path("delivered").asBoolean()).isTrue();
        Awaitility.await()
                .untilAsserted(() -> caller.post("/webhooks/test", json("'url':'" + receiver.url("/other") + "'"))
                        .is(200));
    }

    @Test
    void privateAddressIsNotReachedUnlessASettingAllowsIt() {
        ApiClient caller = closed.caller();
        for (String url : List.of(receiver.url("/inside"), "https://10.0.0.1/", "http://example.com/")) {
            JsonNode problem =
                    caller.post("/webhooks/test", json("'url':'" + url + "'")).problem(400, "url");
            assertThat(problem.path("detail").asText()).contains("KURIER_ALLOW_");
        }
        // registered at an API that allows private addresses, tested at one that does not: the sender checks too
        ApiClient there = api.caller();
        String id = made(there, "/inside", "");
        Awaitility.await().until(() -> there.at(closed).get("/webhooks/" + id).status() == 200);
        JsonNode told =
                there.at(closed).post("/webhooks/" + id + "/test", "").is(200).json();
        assertThat(told.path("error").asText()).isEqualTo("address");
        assertThat(told.path("detail").asText()).contains("KURIER_ALLOW_PRIVATE_NETWORKS");
        assertThat(receiver.requestCount("/inside")).isZero();
    }
}
