package io.kurier.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.kurier.ingest.control.CallerSnapshot;
import io.kurier.ingest.control.WebhookChanges;
import io.kurier.ingest.http.Problem;
import io.kurier.model.tenant.ApiKey;
import io.kurier.model.tenant.Tenant;
import io.kurier.model.webhook.Webhook;
import io.kurier.schemas.ReplayFrom;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tenants, their defaults and quotas. */
@ExtendWith(SharedApi.class)
class TenantsIT {
    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static final String WEBHOOK = "'url':'https://example.com/','events':['*']";

    private final TestApi api;
    private final ApiClient operator;

    TenantsIT(TestApi api) {
        this.api = api;
        this.operator = api.operator();
    }

    private static String json(String fields) {
        return ("{" + fields + "}").replace('\'', '"');
    }

    private Answer patch(String tenant, String fields) {
        return operator.patch("/tenants/" + tenant, json(fields));
    }

    @Test
    void aTenantIsMadeShownChangedAndDeleted() {
        String id = api.caller().tenant();
        Answer made = operator.post("/tenants", json("'id':'" + id + "','quota':{'webhooks':5}"))
                .is(201);
        assertThat(made.header("location")).isEqualTo("/api/v1/tenants/" + id);
        assertThat(made.header("etag")).isEqualTo("\"1\"");
        JsonNode shown = operator.get("/tenants/" + id).is(200).json();
        assertThat(shown).isEqualTo(made.json());
        assertThat(shown.path("state").asText()).isEqualTo("active");
        assertThat(shown.path("allow_webhook_url").asBoolean(true)).isFalse();
        assertThat(shown.path("quota").path("webhooks").asInt()).isEqualTo(5);
        operator.post("/tenants", json("'id':'" + id + "'")).problem(409, "id");

        JsonNode changed = patch(id, "'allow_webhook_url':true,'quota':{'events_per_second':7}")
                .is(200)
                .json();
        assertThat(changed.path("quota").path("webhooks").asInt()).as("stays").isEqualTo(5);
        assertThat(changed.path("quota").path("events_per_second").asInt()).isEqualTo(7);
        assertThat(changed.path("revision").asInt()).isEqualTo(2);
        assertThat(patch(id, "'quota':null").is(200).json().path("quota").isEmpty())
                .isTrue();
        assertThat(operator.get("/tenants?limit=1000").is(200).ids("id"))
                .contains(id, Tenant.DEFAULT)
                .isSorted();

        operator.delete("/tenants/" + id, "if-match", "\"1\"").problem(412, "If-Match");
        operator.delete("/tenants/" + id, "if-match", "\"3\"").is(204);
        operator.get("/tenants/" + id).problem(404);
        operator.delete("/tenants/" + id).problem(404);
        operator.post("/tenants", json("'id':'" + id + "'")).is(201);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'id':'A'                                                  | id",
                "'id':'a/b'                                                | id",
                "'allow_webhook_url':true                                  | id",
                "'id':'ok','allow_webhook_url':'yes'                       | allow_webhook_url",
                "'id':'ok','quota':{'webhooks':-1}                         | quota.webhooks",
                "'id':'ok','quota':{'events_per_second':1.5}               | quota.events_per_second",
                "'id':'ok','quota':{'hooks':1}                             | quota.hooks",
                "'id':'ok','webhook_defaults':{'url':'https://a/'}         | webhook_defaults.url",
                "'id':'ok','webhook_defaults':{'secret':'whsec_t0psecret'} | webhook_defaults.secret",
                "'id':'ok','webhook_defaults':'t0psecret'                  | webhook_defaults",
                "'id':'ok','webhook_defaults':{'timeout':'31s'}            | webhook_defaults.timeout",
                "'id':'ok','webhook_defaults':{'retry':{'schedule':['1']}} | webhook_defaults.retry.schedule[0]",
                "'id':'ok','webhook_defaults':{'rate_limit':{'limit':1}}   | webhook_defaults.rate_limit.per",
            })
    void whatIsWrongIsNamed(String fields, String field) {
        Answer refused = operator.post("/tenants", json(fields));
        refused.problem(400, field);
        assertThat(refused.text()).doesNotContain("t0psecret");
    }

    @Test
    void theDefaultTenantIsThereAndStays() {
        assertThat(operator.get("/tenants/default").is(200).json().path("id").asText())
                .isEqualTo("default");
        operator.post("/tenants", json("'id':'default'")).problem(409, "id");
        operator.delete("/tenants/default").problem(409);
    }

    @Test
    void webhooksBeginWithTheirTenantsDefaultsAndNullBringsThemBack() {
        String tenant = api.tenant();
        ApiClient mine = operator.with(operator.keyOf(tenant, "manage"));
        Answer changed = patch(
                        tenant,
                        "'webhook_defaults':{'secret':'" + SECRET + "','timeout':'3s','retry':{'schedule':['1s']},"
                                + "'rate_limit':{'limit':5,'per':'1s'}}")
                .is(200);
        assertThat(changed.text()).doesNotContain(SECRET.substring(6));
        assertThat(changed.json().path("webhook_defaults").path("has_secret").asBoolean())
                .isTrue();

        JsonNode made = mine.post("/webhooks", json(WEBHOOK)).is(201).json();
        assertThat(made.has("secret")).as("the default is shown to nobody").isFalse();
        assertThat(api.runtime()
                        .webhooks()
                        .get(made.path("id").asText())
                        .orElseThrow()
                        .signing()
                        .newest()
                        .reveal())
                .isEqualTo(SECRET);
        assertThat(made.path("timeout").asText()).isEqualTo("3s");
        assertThat(made.path("retry").path("max_attempts").asInt()).isEqualTo(2);
        assertThat(made.path("rate_limit").path("limit").asInt()).isEqualTo(5);

        JsonNode own = mine.post("/webhooks", json(WEBHOOK + ",'timeout':'9s','retry':{'max_attempts':1}"))
                .is(201)
                .json();
        assertThat(own.path("timeout").asText()).isEqualTo("9s");
        assertThat(own.path("retry").path("max_attempts").asInt()).isEqualTo(1);

        patch(tenant, "'webhook_defaults':{'timeout':'4s','secret':null}").is(200);
        String id = own.path("id").asText();
        assertThat(mine.get("/webhooks/" + id).json().path("timeout").asText())
                .as("made webhooks stay as they are")
                .isEqualTo("9s");
        JsonNode back = mine.patch("/webhooks/" + id, json("'timeout':null,'retry':null,'rate_limit':null"))
                .is(200)
                .json();
        assertThat(back.path("timeout").asText()).isEqualTo("4s");
        assertThat(back.path("retry").path("max_attempts").asInt()).isEqualTo(2);
        assertThat(back.path("rate_limit").path("limit").asInt()).isEqualTo(5);
        assertThat(mine.post("/webhooks", json(WEBHOOK)).json().path("secret").asText())
                .isNotEqualTo(SECRET);
    }

    @Test
    void webhooksBeyondTheQuotaAreRefusedAndTheLimitNamed() {
        String tenant = api.tenant();
        patch(tenant, "'quota':{'webhooks':2}").is(200);
        ApiClient mine = operator.with(operator.keyOf(tenant, "manage"));
        String first =
                mine.post("/webhooks", json(WEBHOOK)).is(201).json().path("id").asText();
        mine.post("/webhooks", json(WEBHOOK)).is(201);
        assertThat(mine.post("/webhooks", json(WEBHOOK))
                        .problem(409)
                        .path("detail")
                        .asText())
                .contains("has 2 webhooks", "quota.webhooks is 2");
        operator.post("/webhooks?tenant=" + tenant, json(WEBHOOK)).problem(409);
        mine.delete("/webhooks/" + first).is(204);
        mine.post("/webhooks", json(WEBHOOK)).is(201);
    }

    @Test
    void eventsBeyondTheQuotaAreRefusedUntilTheirTimeComes() {
        String tenant = api.tenant();
        patch(tenant, "'quota':{'events_per_second':20}").is(200);
        ApiClient mine = operator.with(operator.keyOf(tenant, "publish"));
        String item = json("'type':'a','data':1");
        mine.post("/events", "[" + String.join(",", Collections.nCopies(40, item)) + "]")
                .is(202);
        Answer refused = mine.post("/events", item);
        assertThat(refused.problem(429).path("detail").asText()).contains("20 events per second");
        assertThat(Integer.parseInt(refused.header("retry-after"))).isBetween(1, 2);
        operator.post("/events?tenant=" + tenant, item).problem(429);
        mine.post("/events", "not even json").problem(429);
        await().atMost(30, TimeUnit.SECONDS)
                .untilAsserted(() -> mine.post("/events", item).is(202));
        assertThat(api.events(tenant)).hasSize(41);
    }

    @Test
    void deletingATenantTakesItsKeysAndWebhooksAndReleasesWhatIsHeld() {
        String tenant = api.tenant();
        String key = operator.keyOf(tenant, "manage");
        ApiClient mine = operator.with(key);
        String paused =
                mine.post("/webhooks", json(WEBHOOK)).is(201).json().path("id").asText();
        mine.post("/webhooks/" + paused + "/pause", "").is(200);
        mine.post("/webhooks", json(WEBHOOK)).is(201);
        mine.send("PUT", "/event-types/job.completed", "{}").is(201);
        String bystander = api.caller().webhook("https://example.com/");

        operator.delete("/tenants/" + tenant).is(204);
        assertThat(operator.get("/event-types?tenant=" + tenant).ids("type")).isEmpty();
        mine.get("/webhooks").problem(401);
        assertThat(operator.get("/webhooks?tenant=" + tenant).ids("id")).isEmpty();
        assertThat(api.runtime().webhooks().get(bystander)).isPresent();
        assertThat(api.runtime().replays().values())
                .filteredOn(replay -> replay.getOrder() != null
                        && replay.getOrder().getTenant().equals(tenant))
                .singleElement()
                .satisfies(replay -> assertThat(replay.getOrder().getFrom()).isEqualTo(ReplayFrom.HELD));
    }

    /** Its request passed the door of one API, while another one did all of the deletion. */
    @Test
    void whoAskedBeforeTheDeletionGetsNothingMadeAfterIt() throws Exception {
        String tenant = api.tenant();
        ApiClient mine = operator.with(operator.keyOf(tenant, "manage"));
        String id =
                mine.post("/webhooks", json(WEBHOOK)).is(201).json().path("id").asText();
        Webhook asked = api.runtime().webhooks().get(id).orElseThrow();
        ApiKey key = api.runtime().tenants().keysOf(tenant).get(0);
        operator.delete("/tenants/" + tenant).is(204);
        try (ControlPlane control = api.anotherControlPlane()) {
            WebhookChanges changes = control.webhookChanges;
            assertThatThrownBy(() -> changes.register(asked, new CallerSnapshot(key, tenant, true)))
                    .isInstanceOf(Problem.RefusedException.class)
                    .hasMessageContaining("the API key was revoked");
            assertThatThrownBy(() -> changes.register(asked, new CallerSnapshot(null, tenant, true)))
                    .isInstanceOf(Problem.RefusedException.class)
                    .hasMessageContaining(tenant);
            assertThat(api.runtime().webhooks().get(id)).isEmpty();
        }
    }

    @Test
    void aTenantThatIsBeingDeletedTakesNothingNewAndTheDeletionGoesOn() throws Exception {
        String tenant = api.tenant();
        ApiClient caller = ApiClient.ofTenant(api, tenant);
        caller.webhook("https://example.com/");
        try (ControlPlane control = api.anotherControlPlane()) {
            // as one that was stopped right after its first step
            control.tenantChanges.beginDeleting(tenant, any -> {});
        }
        assertThat(operator.get("/tenants/" + tenant).json().path("state").asText())
                .isEqualTo("deleting");
        caller.post("/webhooks", json(WEBHOOK)).problem(409);
        patch(tenant, "'quota':null").problem(409);
        operator.post("/tenants/" + tenant + "/keys", json("'roles':['read']")).problem(409);
        operator.delete("/tenants/" + tenant, "if-match", "\"1\"").is(204);
        operator.get("/tenants/" + tenant).problem(404);
        assertThat(caller.get("/webhooks").ids("id")).isEmpty();
    }

    @Test
    void webhooksGoInStepsAndOthersStay() throws Exception {
        ApiClient caller = api.caller();
        List<String> made = Stream.of("a", "b", "c")
                .map(path -> caller.webhook("https://example.com/" + path))
                .toList();
        String bystander = api.caller().webhook("https://example.com/");
        caller.post("/webhooks/" + made.get(1) + "/pause", "").is(200);
        try (ControlPlane control = api.anotherControlPlane()) {
            assertThat(control.webhookChanges.deleteSome(caller.tenant(), 2)).isEqualTo(1);
            assertThat(control.webhookChanges.deleteSome(caller.tenant(), 2)).isZero();
            assertThat(control.webhookChanges.deleteSome(caller.tenant(), 2)).isZero();
        }
        assertThat(api.runtime().replays().values())
                .as("one order with each step that deleted something")
                .filteredOn(replay -> replay.getOrder() != null
                        && replay.getOrder().getTenant().equals(caller.tenant()))
                .hasSize(2);
        assertThat(caller.get("/webhooks").ids("id")).isEmpty();
        assertThat(api.runtime().webhooks().get(bystander)).isPresent();
    }

    @Test
    void changesAtTwoApisAtOnceLoseNothing() throws Exception {
        String tenant = api.tenant();
        int each = 10;
        try (TestApi two = api.another(Map.of())) {
            await().atMost(30, TimeUnit.SECONDS)
                    .until(() -> two.runtime().tenants().get(tenant).isPresent());
            List<CompletableFuture<Void>> changing = Stream.of(operator, operator.at(two))
                    .map(holder -> CompletableFuture.runAsync(() -> count(holder, tenant, each)))
                    .toList();
            for (CompletableFuture<Void> change : changing) {
                change.get(60, TimeUnit.SECONDS);
            }
        }
        // the last change may have been the other's
        await().atMost(30, TimeUnit.SECONDS).untilAsserted(() -> {
            Tenant found = api.runtime().tenants().get(tenant).orElseThrow();
            assertThat(found.quota().webhooks()).isEqualTo(2 * each);
            assertThat(found.revision()).isEqualTo(1 + 2 * each);
        });
    }

    /** Adds one, so often, and begins again where another came first. */
    private static void count(ApiClient holder, String tenant, int times) {
        IntStream.range(0, times).forEach(i -> {
            Answer changed;
            do {
                Answer seen = holder.get("/tenants/" + tenant).is(200);
                int next = seen.json().path("quota").path("webhooks").asInt() + 1;
                changed = holder.patch(
                        "/tenants/" + tenant,
                        json("'quota':{'webhooks':" + next + "}"),
                        "if-match",
                        seen.header("etag"));
            } while (changed.status() == 412);
            changed.is(200);
        });
    }

    @Test
    void headersOfTheDefaultsGoOntoWebhooksAndAreNeverShown() {
        String id = api.tenant();
        ApiClient caller = ApiClient.ofTenant(api, id);
        JsonNode tenant = patch(id, "'webhook_defaults':{'headers':{'X-One':'hidden-1','X-Two':'hidden-2'}}")
                .is(200)
                .json();
        assertThat(tenant.path("webhook_defaults").path("headers").toString()).isEqualTo("[\"X-One\",\"X-Two\"]");

        Answer made = caller.post("/webhooks", json(WEBHOOK + ",'headers':{'x-two':null,'X-Own':'hidden-3'}"))
                .is(201);
        String webhook = made.json().path("id").asText();
        assertThat(made.json().path("headers").toString()).isEqualTo("[\"X-One\",\"X-Own\"]");
        assertThat(api.runtime()
                        .webhooks()
                        .get(webhook)
                        .orElseThrow()
                        .content()
                        .headers()
                        .byName())
                .containsEntry("X-One", "hidden-1");
        Answer reset =
                caller.patch("/webhooks/" + webhook, json("'headers':null")).is(200);
        assertThat(reset.json().path("headers").toString()).isEqualTo("[\"X-One\",\"X-Two\"]");

        Answer less = patch(id, "'webhook_defaults':{'headers':{'X-One':null}}").is(200);
        assertThat(less.json().path("webhook_defaults").path("headers").toString())
                .isEqualTo("[\"X-Two\"]");
        patch(id, "'webhook_defaults':{'headers':{'Host':'x'}}").problem(400, "webhook_defaults.headers");
        assertThat(tenant.toString() + made.text() + reset.text() + less.text()).doesNotContain("hidden-");
        assertThat(caller.post("/webhooks", json(WEBHOOK))
                        .is(201)
                        .json()
                        .path("headers")
                        .size())
                .isEqualTo(1);
    }

    @Test
    void aTenantDecidesForItselfWhetherOnlyRegisteredTypesAreTaken() {
        String id = api.tenant();
        ApiClient caller = ApiClient.ofTenant(api, id);
        String event = json("'type':'job.completed','data':{}");
        caller.post("/events", event).is(202);
        assertThat(patch(id, "'strict_event_types':true")
                        .is(200)
                        .json()
                        .path("strict_event_types")
                        .asBoolean())
                .isTrue();
        caller.post("/events", event).problem(422, "type");
        api.caller().post("/events", event).is(202);
        patch(id, "'strict_event_types':'yes'").problem(400, "strict_event_types");
        assertThat(patch(id, "'strict_event_types':null").is(200).json().has("strict_event_types"))
                .isFalse();
        caller.post("/events", event).is(202);
    }
}
