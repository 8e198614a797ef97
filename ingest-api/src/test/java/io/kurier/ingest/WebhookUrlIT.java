package io.kurier.ingest;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kurier.model.tenant.AdHocWebhook;
import io.kurier.schemas.Event;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Events that name a receiver themselves: who may, which ones, and what of it is to be seen. */
@ExtendWith(SharedApi.class)
class WebhookUrlIT {
    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static final String URL = "https://example.com/hook?token=hidden-token";

    private final TestApi api;
    private final ApiCaller caller;

    WebhookUrlIT(TestApi api) {
        this.api = api;
        this.caller = api.caller();
    }

    private void tenant(String settings) {
        api.operator()
                .post("/tenants", json("'id':'" + caller.tenant() + "'" + settings))
                .is(201);
    }

    private void allowed() {
        tenant(",'allow_webhook_url':true,'webhook_defaults':{'secret':'" + SECRET + "'}");
    }

    private static String json(String fields) {
        return ("{" + fields + "}").replace('\'', '"');
    }

    private static String event(String url) {
        return json("'type':'job.completed','job_id':'job-1','data':{},'webhook_url':'" + url + "'");
    }

    @Test
    void theEventCarriesItSealedAndOthersNothing() throws Exception {
        allowed();
        caller.post("/events", event(URL)).is(202);
        caller.post("/events", json("'type':'job.completed','data':{},'webhook_url':null"))
                .is(202);

        assertThat(caller.events()).hasSize(2);
        Event event = caller.events().stream()
                .map(TestApi.Stored::event)
                .filter(found -> found.getOneOff() != null)
                .findFirst()
                .orElseThrow();
        AdHocWebhook oneOff = api.runtime().adHocWebhooks().open(event, event.getOneOff());
        assertThat(oneOff.url().text()).isEqualTo(URL);
        assertThat(oneOff.webhook(api.runtime().tenants().orPlain(caller.tenant())))
                .hasValueSatisfying(webhook ->
                        assertThat(webhook.signing().newest().reveal()).isEqualTo(SECRET));
        for (ConsumerRecord<byte[], byte[]> record :
                api.records(api.runtime().topics().events())) {
            assertThat(new String(record.value(), ISO_8859_1)).doesNotContain("hidden-token");
        }
    }

    @Test
    void aUrlOfWhichSomethingWasHiddenIsRefused() {
        tenant(",'allow_webhook_url':true,'webhook_defaults':{'secret':'" + SECRET + "'}");
        assertThat(caller.post("/events", event("https://example.com/***"))
                        .problem(400, "webhook_url")
                        .path("expected")
                        .asText())
                .contains("the whole URL");
    }

    @Test
    void aTenantThatMayNotIsToldWhatAllowsIt() {
        assertThat(caller.post("/events", event(URL))
                        .problem(403, "webhook_url")
                        .path("expected")
                        .asText())
                .contains("allow_webhook_url");
        tenant(",'allow_webhook_url':true");
        assertThat(caller.post("/events", event(URL))
                        .problem(422, "webhook_url")
                        .path("expected")
                        .asText())
                .contains("webhook_defaults.secret");
        assertThat(caller.events()).isEmpty();
    }

    @Test
    void anArrayIsAnsweredItemByItem() {
        JsonNode answered = caller.post("/events", "[" + event(URL) + ",{\"type\":\"a\",\"data\":1}]")
                .is(202)
                .json();
        assertThat(answered.path(0).path("problem").path("field").asText()).isEqualTo("[0].webhook_url");
        assertThat(answered.path(1).path("status").asText()).isEqualTo("accepted");
    }

    @Test
    void urlsThatNoWebhookMayHaveAreRefusedWithoutRepeatingThem() {
        allowed();
        String[] refused = {
            "http://example.com/secret-path",
            "https://127.0.0.1/secret-path",
            "https://10.1.2.3/secret-path",
            "https://[::1]/secret-path",
            "https://localhost/secret-path",
            "https://u:secret-path@example.com/",
            "ftp://example.com/secret-path",
            "secret-path",
            ""
        };
        for (String url : refused) {
            Answer answer = caller.post("/events", event(url));
            answer.problem(400, "webhook_url");
            assertThat(answer.text()).as(url).doesNotContain("secret-path");
        }
        assertThat(caller.post("/events", event("https://127.0.0.1/")).text())
                .contains("KURIER_ALLOW_PRIVATE_NETWORKS");
        caller.post("/events", json("'type':'a','data':1,'webhook_url':5")).problem(400, "webhook_url");
        Answer twice = caller.post(
                "/events", json("'type':'a','data':1,'webhook_url':'" + URL + "','webhook_url':'" + URL + "'"));
        twice.problem(400);
        assertThat(twice.text()).doesNotContain("hidden-token");
        assertThat(caller.events()).isEmpty();
    }

    @Test
    void cloudEventsNameNone() {
        allowed();
        String cloudEvent =
                json("'specversion':'1.0','id':'1','source':'s','type':'job.completed','data':{},'webhook_url':'" + URL
                        + "'");
        api.send(caller.request("/events")
                        .header("content-type", "application/cloudevents+json")
                        .setHeader("content-type", "application/cloudevents+json")
                        .POST(java.net.http.HttpRequest.BodyPublishers.ofString(cloudEvent)))
                .is(202);
        assertThat(caller.events()).allMatch(stored -> stored.event().getOneOff() == null);
    }
}
