package io.kurier.ingest;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.kurier.ingest.control.KeyUses;
import io.kurier.ingest.control.TenantChanges;
import io.kurier.model.tenant.ApiKey;
import io.kurier.runtime.control.ControlWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Keys: made, shown once, used, revoked, here and at another API. */
@ExtendWith(SharedApi.class)
class KeysIT {
    private final TestApi api;
    private final ApiClient operator;
    private final String tenant;
    private final String keys;

    KeysIT(TestApi api) {
        this.api = api;
        this.operator = api.operator();
        this.tenant = api.tenant();
        this.keys = "/tenants/" + tenant + "/keys";
    }

    @Test
    void aKeyIsShownOnceAndItsUseFromThenOn() {
        JsonNode made = operator.post(
                        keys,
                        "{\"roles\":[\"read\",\"publish\"],\"description\":\"importer\","
                                + "\"expires_at\":\"2999-01-01T00:00:00Z\"}")
                .is(201)
                .json();
        String text = made.path("key").asText();
        assertThat(text).matches("kur_[0-9a-z]{26}_[0-9A-Za-z_-]{43}");
        Answer listed = operator.get(keys).is(200);
        assertThat(listed.text()).doesNotContain(text.substring(31));
        JsonNode shown = listed.json().path("data").get(0);
        assertThat(shown.path("id")).isEqualTo(made.path("id"));
        assertThat(shown.path("roles").toString()).isEqualTo("[\"publish\",\"read\"]");
        assertThat(shown.path("description").asText()).isEqualTo("importer");
        assertThat(shown.path("expires_at").asText()).isEqualTo("2999-01-01T00:00:00Z");
        assertThat(shown.has("last_used_at")).isFalse();

        operator.with(text).get("/webhooks").is(200);
        assertThat(operator.get(keys).json().path("data").get(0).has("last_used_at"))
                .isTrue();
    }

    @Test
    void noRecordHoldsAKey() {
        String text = operator.keyOf(tenant, "read");
        assertThat(api.records(api.runtime().topics().tenants()))
                .isNotEmpty()
                .noneMatch(record ->
                        record.value() != null && new String(record.value(), ISO_8859_1).contains(text.substring(31)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}                                                          | roles",
                "{\"roles\":[]}                                              | roles",
                "{\"roles\":[\"operator\"]}                                  | roles[0]",
                "{\"roles\":[\"read\",\"all\"]}                              | roles[1]",
                "{\"roles\":\"read\"}                                        | roles",
                "{\"roles\":[\"read\"],\"expires_at\":\"2020-01-01T00:00:00Z\"} | expires_at",
                "{\"roles\":[\"read\"],\"expires_at\":\"soon\"}              | expires_at",
                "{\"roles\":[\"read\"],\"key\":\"mine\"}                     | key",
            })
    void whatIsWrongIsNamed(String body, String field) {
        operator.post(keys, body).problem(400, field);
    }

    @Test
    void keysBelongToTenantsThatAreThere() {
        operator.post("/tenants/not-there/keys", "{\"roles\":[\"read\"]}").problem(404);
        operator.get("/tenants/not-there/keys").problem(404);
        Answer made = operator.newKey("default", "read");
        String id = made.json().path("id").asText();
        operator.delete(keys + "/" + id).problem(404);
        operator.delete("/tenants/default/keys/" + id).is(204);
        operator.delete("/tenants/default/keys/" + id).problem(404);
    }

    @Test
    void aTenantHasSoManyKeysAndNoMore() throws Exception {
        // as another API did so
        var writer = new ControlWriter(
                api.runtime().kafka(),
                api.runtime().tables(),
                api.runtime().topics().tenants());
        try (writer) {
            writer.writeAll(() -> IntStream.range(0, TenantChanges.MOST_KEYS)
                    .boxed()
                    .collect(Collectors.toMap(i -> "key/key_" + tenant + "_" + i, i -> api.runtime()
                            .tenantRecords()
                            .write(new ApiKey(
                                    "key_" + tenant + "_" + i,
                                    tenant,
                                    Set.of(),
                                    api.runtime().keyHash().of("x" + i),
                                    "",
                                    0,
                                    null,
                                    null)))));
        }
        assertThat(operator.post(keys, "{\"roles\":[\"read\"]}")
                        .problem(409)
                        .path("detail")
                        .asText())
                .contains("100");
        assertThat(operator.get(keys).json().path("data")).hasSize(TenantChanges.MOST_KEYS);
        operator.delete("/tenants/" + tenant).is(204);
        assertThat(api.runtime().tenants().keysOf(tenant)).isEmpty();
    }

    @Test
    void aKeyOpensAndClosesAtEveryApi() throws Exception {
        try (TestApi two = api.another(Map.of())) {
            Answer made = operator.newKey(tenant, "manage");
            ApiClient there = operator.with(made.json().path("key").asText()).at(two);
            await().atMost(30, TimeUnit.SECONDS)
                    .untilAsserted(() -> there.get("/webhooks").is(200));
            operator.delete(keys + "/" + made.json().path("id").asText()).is(204);
            operator.with(there.key()).get("/webhooks").problem(401);
            await().atMost(30, TimeUnit.SECONDS)
                    .untilAsserted(() -> there.get("/webhooks").problem(401));
        }
    }

    @Test
    void lastUseIsWrittenAtMostOnceAnHourAndBringsNoRevokedKeyBack() throws Exception {
        String id = operator.newKey(tenant, "read").json().path("id").asText();
        String gone = operator.newKey(tenant, "read").json().path("id").asText();
        long nowMs = System.currentTimeMillis();
        try (ControlPlane control = api.anotherControlPlane()) {
            KeyUses uses = control.keyUses;
            uses.note(key(id), nowMs);
            ApiKey revoked = key(gone);
            operator.delete(keys + "/" + gone).is(204);
            uses.note(revoked, nowMs);
            uses.write();
            assertThat(key(id).lastUsedAtMs()).isEqualTo(nowMs);
            assertThat(api.runtime().tenants().key(gone)).isEmpty();

            uses.note(key(id), nowMs + Duration.ofMinutes(59).toMillis());
            uses.write();
            assertThat(key(id).lastUsedAtMs()).isEqualTo(nowMs);
            assertThat(uses.lastUsedAtMs(key(id))).isGreaterThan(nowMs);
        }
    }

    private ApiKey key(String id) {
        return api.runtime().tenants().key(id).orElseThrow();
    }

    @Test
    void everyFurtherRoleOpensOnlyItsOwn() {
        ApiClient both = operator.with(operator.keyOf(tenant, "publish", "read"));
        both.get("/webhooks").is(200);
        both.post("/events", "{\"type\":\"a\",\"data\":1}").is(202);
        for (String path : List.of("/webhooks", "/replays", "/tenants")) {
            both.post(path, "{}").problem(403);
        }
        // the role is asked for before anything is read
        both.post("/webhooks", "no json").problem(403);
        operator.with(operator.keyOf(tenant, "read")).post("/events", "no json").problem(403);
    }
}
