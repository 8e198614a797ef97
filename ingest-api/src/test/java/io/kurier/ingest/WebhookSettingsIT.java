package io.kurier.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kurier.model.webhook.Webhook;
import java.net.http.HttpRequest;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Settings of webhooks: headers, secrets and their rotation, conditions, transforms; disabling and enabling. */
@ExtendWith(SharedApi.class)
class WebhookSettingsIT {
    private final TestApi api;
    private final ApiClient caller;

    WebhookSettingsIT(TestApi api) {
        this.api = api;
        this.caller = api.caller();
    }

    private static String json(String text) {
        return "{" + text.replace('\'', '"') + "}";
    }

    private JsonNode make(String more) {
        return caller.post("/webhooks", json("'url':'https://example.com/hook','events':['*']" + more))
                .is(201)
                .json();
    }

    private Webhook stored(JsonNode made) {
        return api.runtime().webhooks().get(made.path("id").asText()).orElseThrow();
    }

    private static String path(JsonNode made) {
        return "/webhooks/" + made.path("id").asText();
    }

    @Test
    void headerValuesAreNeverShownAndChangeOneByOne() {
        JsonNode made = make(",'headers':{'Authorization':'Bearer t0psecret','X-Team':'video'},'ascii_json':true");
        assertThat(made.path("headers").toString()).isEqualTo("[\"Authorization\",\"X-Team\"]");
        assertThat(made.path("ascii_json").asBoolean()).isTrue();

        Answer changed =
                caller.patch(path(made), json("'headers':{'authorization':'t1psecret','X-Team':null,'X-A':'b'}"));
        assertThat(changed.is(200).text()).doesNotContain("t0psecret").doesNotContain("t1psecret");
        assertThat(changed.json().path("headers").toString()).isEqualTo("[\"authorization\",\"X-A\"]");
        assertThat(stored(made).content().headers().byName()).containsEntry("Authorization", "t1psecret");

        JsonNode none = caller.patch(path(made), json("'headers':null,'ascii_json':null"))
                .is(200)
                .json();
        assertThat(none.has("headers")).isFalse();
        assertThat(none.has("ascii_json")).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'headers':{'Host':'t0psecret'} | headers | set by Kurier",
                "'headers':{'X-A':'t0psecret\\r\\nX: y'} | headers.X-A | line breaks",
                "'headers':{'X A':'t0psecret'} | headers | header name",
                "'headers':{'X-a':'t0psecret','x-A':'t1psecret'} | headers | each header once",
                "'headers':{'X-A':7} | headers.X-A | expected a string",
                "'headers':['t0psecret'] | headers | expected an object",
                "'when':'datum.x == 1' | when | at 1:1: undeclared reference",
                "'when':'type' | when | found string",
                "'transform':'[datum]' | transform | at 1:2: undeclared reference",
                "'ascii_json':'yes' | ascii_json | true or false",
                "'signature':'v2' | signature | v1a",
                "'secret':'whsk_AAAA' | secret | expected whsec_",
                "'signature':'v1a','secret':'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' | signature | expected v1"
            })
    void invalidHeaderIsNamedWithoutItsValue(String fields, String field, String expected) {
        Answer refused = caller.post("/webhooks", json("'url':'https://example.com/hook','events':['*']," + fields));

        assertThat(refused.is(400).json().path("field").asText()).isEqualTo(field);
        assertThat(refused.text()).contains(expected).doesNotContain("t0psecret");
    }

    @Test
    void rotationShowsTheNewSecretOnceAndBothSign() {
        JsonNode made = make("");
        Answer rotated = caller.post(path(made) + "/rotate-secret", json("'overlap':'2h'"))
                .is(200);
        String next = rotated.json().path("secret").asText();
        assertThat(next).startsWith("whsec_").isNotEqualTo(made.path("secret").asText());

        JsonNode shown = caller.get(path(made)).is(200).json();
        assertThat(shown.path("secrets")).hasSize(2);
        assertThat(shown.path("secrets").get(0).has("signs_until")).isFalse();
        Instant end =
                Instant.parse(shown.path("secrets").get(1).path("signs_until").asText());
        assertThat(end)
                .isBetween(Instant.now().plusSeconds(7_100), Instant.now().plusSeconds(7_200));
        assertThat(shown.toString()).doesNotContain("whsec_");
        long nowMs = System.currentTimeMillis();
        assertThat(stored(made).signing().sign("dlv_1", nowMs, new byte[0]).split(" "))
                .hasSize(2);
        assertThat(stored(made).signing().newest().reveal()).isEqualTo(next);
    }

    @Test
    void oldSecretSignsAloneUntilTheSwitch() {
        JsonNode made = make("");
        Instant at = Instant.now().plusSeconds(3_600);
        caller.post(path(made) + "/rotate-secret", json("'switch_at':'" + at + "'"))
                .is(200);

        String before = stored(made).signing().sign("dlv_1", System.currentTimeMillis(), new byte[0]);
        assertThat(before.split(" ")).hasSize(1);
        assertThat(stored(made).signing().signingAt(at.toEpochMilli() + 1))
                .extracting(key -> key.secret().reveal())
                .containsExactly(stored(made).signing().newest().reveal());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'switch_at':'2020-01-01T00:00:00Z' | switch_at",
                "'overlap':'31d' | overlap",
                "'grace':'1h' | grace",
                "'secret':'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' | secret"
            })
    void invalidRotationIsRefused(String fields, String field) {
        JsonNode made = make(",'secret':'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'");

        Answer refused =
                caller.post(path(made) + "/rotate-secret", json(fields)).is(400);
        assertThat(refused.json().path("field").asText()).isEqualTo(field);
        assertThat(stored(made).signing().keys()).hasSize(1);
    }

    @Test
    void publicKeyIsServedWithoutAKeyAndOnlyIfThereIsOne() {
        JsonNode made = make(",'signature':'v1a'");
        assertThat(made.path("secret").asText()).startsWith("whsk_");
        assertThat(made.path("public_key").asText()).startsWith("whpk_");

        Answer keys = api.send(HttpRequest.newBuilder(api.uri("/.well-known" + path(made) + "/jwks.json")));
        JsonNode key = keys.is(200).json().path("keys").get(0);
        assertThat(key.path("crv").asText()).isEqualTo("Ed25519");
        assertThat(key.path("x").asText()).hasSize(43);
        assertThat(key.has("d")).isFalse();

        String other = path(make(""));
        String foreign = api.send(HttpRequest.newBuilder(api.uri("/.well-known" + other + "/jwks.json")))
                .is(404)
                .text();
        String missing = api.send(HttpRequest.newBuilder(api.uri("/.well-known/webhooks/wh_none/jwks.json")))
                .is(404)
                .text();
        assertThat(foreign.replace(other.substring("/webhooks/".length()), "wh_none"))
                .isEqualTo(missing);
    }

    @Test
    void conditionIsShownAsWritten() {
        JsonNode made = make(",'when':'data.progress >= 50 && has(data.status)'");
        assertThat(made.path("when").asText()).isEqualTo("data.progress >= 50 && has(data.status)");
        assertThat(caller.patch(path(made), json("'when':null")).is(200).json().has("when"))
                .isFalse();
    }

    @Test
    void transformIsShownAsWritten() {
        JsonNode made = make(",'transform':'[data.status]'");
        assertThat(made.path("transform").asText()).isEqualTo("[data.status]");
        assertThat(caller.patch(path(made), json("'transform':null"))
                        .is(200)
                        .json()
                        .has("transform"))
                .isFalse();
    }

    @Test
    void disablingHoldsAndEnablingReleases() {
        JsonNode made = make("");
        assertThat(caller.post(path(made) + "/disable", "")
                        .is(200)
                        .json()
                        .path("state")
                        .asText())
                .isEqualTo("disabled");
        JsonNode enabled = caller.post(path(made) + "/enable", "").is(200).json();
        assertThat(enabled.path("state").asText()).isEqualTo("active");
        assertThat(enabled.path("release").asText()).startsWith("rpl_");
    }

    @Test
    void enablingReleasesHeldDeliveriesByDefault() {
        for (String body : List.of("", "{}", "{\"release\":true}", "{\"release\":null}")) {
            JsonNode made = disabled();
            JsonNode enabled = caller.post(path(made) + "/enable", body).is(200).json();
            assertThat(enabled.path("state").asText()).isEqualTo("active");
            assertThat(caller.get("/replays/" + enabled.path("release").asText())
                            .is(200)
                            .json()
                            .at("/filter/webhook_id"))
                    .isEqualTo(made.path("id"));
        }
    }

    @Test
    void enablingWithoutReleaseOrdersNoReplay() {
        JsonNode made = disabled();
        List<String> before = caller.get("/replays").ids("id");
        JsonNode enabled = caller.post(path(made) + "/enable", json("'release':false"))
                .is(200)
                .json();
        assertThat(enabled.path("state").asText()).isEqualTo("active");
        assertThat(enabled.path("release").isNull()).isTrue();
        assertThat(caller.get("/replays").ids("id")).isEqualTo(before);
        caller.post(
                        "/replays",
                        json("'from':'held','filter':{'webhook_id':'"
                                + made.path("id").asText() + "'}"))
                .is(202);
    }

    private JsonNode disabled() {
        JsonNode made = make("");
        caller.post(path(made) + "/disable", "{}").is(200);
        return made;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "enable  | {'release':'no'}     | release | \"no\" | true or false",
                "enable  | {'release':0}        | release | 0      | true or false",
                "enable  | {'relase':false}     | relase  |        | one of: release",
                "enable  | [false]              | body    |        | a JSON object, found array",
                "enable  | false                | body    |        | a JSON object, found boolean",
                "pause   | {'release':false}    | release |        | no fields here",
                "resume  | {'release':false}    | release |        | no fields here",
                "disable | {'reason':'gone'}    | reason  |        | no fields here",
                "pause   | []                   | body    |        | a JSON object, found array",
                "resume  | 'now'                | body    |        | a JSON object, found string",
                "disable | null                 | body    |        | a JSON object, found null",
            },
            quoteCharacter = '`')
    void stateChangesRefuseUnknownFields(String order, String body, String field, String value, String expected) {
        JsonNode made = make("");
        JsonNode problem =
                caller.post(path(made) + "/" + order, body.replace('\'', '"')).problem(400, field);
        assertThat(problem.path("value").asText(null)).isEqualTo(value);
        assertThat(problem.path("expected").asText()).endsWith("expected " + expected);
        assertThat(stored(made).revision()).as("nothing was changed").isEqualTo(1);
    }

    /** Fields that responses show as the client sent them: all except headers and certificates. */
    private static final List<String> GIVEN_AS_SHOWN = List.of(
            "url",
            "events",
            "description",
            "retry",
            "timeout",
            "rate_limit",
            "max_in_flight",
            "throttle",
            "ascii_json",
            "when",
            "transform",
            "state");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ",'retry':{'schedule':['1s','90s'],'jitter':0.5,'success':[200,'3xx'],'retry_on':['5xx'],'give_up_on':[404]}",
                ",'retry':{'schedule':[],'give_up_on':[]}",
                ",'retry':{'initial_delay':'1s','factor':3,'max_delay':'10s','max_attempts':5}",
                ",'description':'x','timeout':'2500ms','rate_limit':{'limit':5,'per':'90s'},'max_in_flight':3,'ascii_json':true"
                        + ",'throttle':{'download.progress':'2s'},'when':'data.x > 1','transform':'[data.x]'",
            })
    void shownWebhookMayBeSentBackUnchanged(String more) {
        JsonNode made = caller.post(
                        "/webhooks",
                        json("'url':'https://example.com/hook?a=b&token=s3cret','events':['job.*']" + more))
                .is(201)
                .json();
        Webhook before = stored(made);
        ObjectNode shown = (ObjectNode) caller.get(path(made)).json();
        JsonNode settable = shown.deepCopy().retain(GIVEN_AS_SHOWN);

        JsonNode after = caller.patch(path(made), settable.toString()).is(200).json();

        assertThat(stored(made).url()).isEqualTo(before.url());
        assertThat(stored(made).retry()).isEqualTo(before.retry());
        assertThat(((ObjectNode) after).put("revision", 1)).isEqualTo(shown);

        ObjectNode anew = shown.deepCopy().retain(GIVEN_AS_SHOWN);
        anew.remove("state");
        JsonNode copy = caller.post(
                        "/webhooks", anew.put("url", "https://example.com/hook").toString())
                .is(201)
                .json();
        assertThat(stored(copy).retry()).isEqualTo(before.retry());
    }

    @Test
    void maxAttemptsThatContradictTheScheduleAreRefused() {
        JsonNode problem = caller.patch(path(make("")), json("'retry':{'schedule':['1s'],'max_attempts':3}"))
                .problem(400, "retry.max_attempts");
        assertThat(problem.path("value").asText()).isEqualTo("3");
        assertThat(problem.path("expected").asText()).startsWith("expected 2");
    }
}
