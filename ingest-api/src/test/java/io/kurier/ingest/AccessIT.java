package io.kurier.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.ingest.http.Routes;
import io.kurier.model.Ids;
import io.kurier.model.tenant.ApiKey;
import io.kurier.model.tenant.Role;
import java.net.http.HttpRequest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;

/** Calls every route of the table with every kind of key. A route outside of the table keeps the API from starting. */
@ExtendWith(SharedApi.class)
public class AccessIT {
    private static final String WEBHOOK = "{\"url\":\"https://example.com/\",\"events\":[\"*\"]}";

    /**
     * Creates the resource that a path parameter names, for a tenant: the response for another tenant's resource is compared
     * with that for a missing one. A new route with a path parameter needs an entry here.
     */
    private static final Map<String, Function<ApiClient, String>> MADE = Map.of(
            "/api/v1/webhooks/:id",
            caller -> caller.webhook("https://example.com/"),
            "/api/v1/replays/:id",
            caller -> id(caller.post("/replays", "{\"dry_run\":true}")),
            "/api/v1/event-types/:type",
            AccessIT::eventType,
            "/api/v1/tenants/:id",
            ApiClient::tenant,
            // for the operator only, so the resource need not exist
            "/api/v1/quarantine/:id",
            caller -> "0-0");

    private final TestApi api;
    private final ApiClient operator;
    private final String tenant;
    private final String other;
    private final Map<Role, String> keys;

    AccessIT(TestApi api) {
        this.api = api;
        this.operator = api.operator();
        this.tenant = api.tenant();
        this.other = api.tenant();
        this.keys = Map.of(
                Role.PUBLISH, operator.keyOf(tenant, "publish"),
                Role.READ, operator.keyOf(tenant, "read"),
                Role.MANAGE, operator.keyOf(tenant, "manage"));
    }

    private static String eventType(ApiClient caller) {
        caller.api().send(caller.request("/event-types/foreign.type").PUT(HttpRequest.BodyPublishers.ofString("{}")));
        return "foreign.type";
    }

    private static String id(Answer made) {
        return made.json().path("id").asText();
    }

    @TestFactory
    Stream<DynamicTest> everyRouteWithEveryKindOfKey() {
        String revoked = revoked();
        String expired = expired();
        assertThat(api.routes().rows()).hasSizeGreaterThan(20);
        return api.routes().rows().stream()
                .map(row -> DynamicTest.dynamicTest(row.name(), () -> {
                    if (row.role() == null) {
                        assertThat(answer(row, path(row, "none"), null).status())
                                .isNotIn(401, 403);
                        return;
                    }
                    answer(row, path(row, "none"), null).problem(401);
                    List<String> wrong = new ArrayList<>(List.of("wrong", TestApi.KEY + "x", "", revoked, expired));
                    wrong.add(ApiKey.newText(Ids.key(1)));
                    wrong.add(changed(keys.get(Role.MANAGE)));
                    for (String key : wrong) {
                        answer(row, path(row, "none"), key).problem(401);
                    }
                    keys.forEach((role, key) -> {
                        Answer answer = answer(row, path(row, "none"), key);
                        if (role.includes(row.role())) {
                            assertThat(answer.status())
                                    .as(role + ": " + answer.text())
                                    .isNotIn(401, 403, 500);
                        } else {
                            assertThat(answer.problem(403).path("detail").asText())
                                    .contains(row.role().text());
                        }
                    });
                    foreignTenantsAnswerAlike(row);
                    foreignThingsAnswerAsMissingOnes(row);
                    assertThat(answer(row, path(row, "none"), TestApi.KEY).status())
                            .isNotIn(401, 403, 500);
                }));
    }

    /** A key that names another tenant gets the same refusal whether that tenant exists or not. */
    private void foreignTenantsAnswerAlike(Routes.Row row) {
        for (String key : keys.values()) {
            String path = path(row, "none");
            if (row.path().startsWith("/api/v1/tenants")) {
                continue;
            }
            Answer own = answer(row, path + "?tenant=" + tenant, key);
            Answer there = answer(row, path + "?tenant=" + other, key);
            Answer missing = answer(row, path + "?tenant=not-there", key);
            there.problem(403);
            assertThat(there.text().replace(other, "X"))
                    .isEqualTo(missing.text().replace("not-there", "X"));
            assertThat(there.headers().map().keySet())
                    .isEqualTo(missing.headers().map().keySet());
            assertThat(own.status() == 403).isEqualTo(answer(row, path, key).status() == 403);
        }
    }

    private void foreignThingsAnswerAsMissingOnes(Routes.Row row) {
        // a PUT creates the resource, for the tenant of its key
        if (!row.path().contains("/:") || row.method().name().equals("PUT")) {
            return;
        }
        String place = MADE.keySet().stream()
                .filter(row.path()::startsWith)
                .findFirst()
                .orElseThrow(() -> new AssertionError("say in MADE how to make what " + row.name() + " names"));
        String foreign = MADE.get(place).apply(ApiClient.ofTenant(api, other));
        for (String key : keys.values()) {
            Answer there = answer(row, path(row, foreign), key);
            Answer missing = answer(row, path(row, "none"), key);
            assertThat(there.status()).isIn(403, 404);
            assertThat(there.text().replace(foreign, "X"))
                    .isEqualTo(missing.text().replace("none", "X"));
        }
    }

    private static String path(Routes.Row row, String id) {
        return row.path().replaceAll(":[a-z_]+", id);
    }

    private Answer answer(Routes.Row row, String path, @Nullable String key) {
        boolean takesBody =
                List.of("POST", "PUT", "PATCH").contains(row.method().name());
        HttpRequest.Builder request = HttpRequest.newBuilder(api.uri(path))
                .method(
                        row.method().name(),
                        takesBody ? HttpRequest.BodyPublishers.ofString("{}") : HttpRequest.BodyPublishers.noBody());
        return api.send(key == null ? request : request.header("x-api-key", key));
    }

    private String revoked() {
        Answer made = operator.newKey(tenant, "publish", "manage", "read");
        String key = made.json().path("key").asText();
        operator.with(key).get("/webhooks").is(200);
        operator.delete("/tenants/" + tenant + "/keys/" + id(made)).is(204);
        return key;
    }

    private String expired() {
        String key = operator.post(
                        "/tenants/" + tenant + "/keys",
                        "{\"roles\":[\"manage\",\"publish\"],\"expires_at\":\""
                                + Instant.now().plusMillis(700) + "\"}")
                .is(201)
                .json()
                .path("key")
                .asText();
        Awaitility.await().untilAsserted(() -> assertThat(operator.with(key)
                        .get("/webhooks")
                        .problem(401)
                        .path("detail")
                        .asText())
                .contains("expired"));
        return key;
    }

    /** The id of an existing key with another secret. */
    private static String changed(String key) {
        char last = key.charAt(key.length() - 1);
        return key.substring(0, key.length() - 1) + (last == 'A' ? 'E' : 'A');
    }

    @Test
    void webhookIsVisibleToItsTenantOnly() {
        ApiClient mine = operator.with(keys.get(Role.MANAGE));
        String id = id(mine.post("/webhooks", WEBHOOK).is(201));
        mine.get("/webhooks/" + id).is(200);
        operator.with(operator.keyOf(other, "manage")).get("/webhooks/" + id).problem(404);
        assertThat(operator.get("/webhooks?tenant=" + tenant).ids("id")).containsExactly(id);
        assertThat(mine.get("/webhooks").ids("id")).containsExactly(id);
        assertThat(operator.with(operator.keyOf(other, "read")).get("/webhooks").ids("id"))
                .isEmpty();
    }

    @Test
    void eventsBelongToTheTenantOfTheKey() {
        ApiClient publisher = operator.with(keys.get(Role.PUBLISH));
        publisher.post("/events", "{\"type\":\"a\",\"data\":1}").is(202);
        publisher
                .post("/events?tenant=" + tenant, "{\"type\":\"b\",\"data\":1}")
                .is(202);
        publisher.post("/events?tenant=" + other, "{\"type\":\"c\",\"data\":1}").problem(403, "tenant");
        assertThat(api.events(tenant)).hasSize(2);
        assertThat(api.events(other)).isEmpty();
    }
}
