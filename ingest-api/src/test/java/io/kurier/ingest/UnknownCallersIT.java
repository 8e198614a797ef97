package io.kurier.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Access control for callers without a valid key, behind a proxy, and from browsers; default quotas. */
@ExtendWith(SharedApi.class)
class UnknownCallersIT {
    private static final int WRONG = 4;
    private static final String PAGE = "https://app.example.com";

    private final TestApi one;

    UnknownCallersIT(TestApi one) {
        this.one = one;
    }

    private static Answer from(TestApi api, String address, String key) {
        return api.send(HttpRequest.newBuilder(api.uri("/api/v1/webhooks"))
                .header("x-api-key", key)
                .header("x-forwarded-for", "203.0.113.250, " + address));
    }

    @Test
    void addressWithWrongKeysIsBlockedForAMinuteAndOthersAreNot() throws Exception {
        Map<String, String> settings = Map.of(
                "KURIER_WRONG_KEYS_PER_MINUTE", Integer.toString(WRONG), "KURIER_TRUSTED_PROXIES", "127.0.0.0/8");
        String tenantKey = one.operator().keyOf(one.tenant(), "read");
        try (TestApi two = one.another(settings)) {
            for (int i = 0; i < WRONG; i++) {
                from(two, "203.0.113.1", "guess-" + i).problem(401);
            }
            Answer refused = from(two, "203.0.113.1", "guess");
            refused.problem(429);
            assertThat(Integer.parseInt(refused.header("retry-after"))).isBetween(1, 60);
            from(two, "203.0.113.1", TestApi.KEY).problem(429);
            from(two, "203.0.113.1", tenantKey).is(200);
            from(two, "203.0.113.2", TestApi.KEY).is(200);
            from(two, "203.0.113.2", "guess").problem(401);
        }
        // the shared API trusts no proxy and has no limit on wrong keys
        for (int i = 0; i < WRONG + 1; i++) {
            from(one, "203.0.113.1", "guess").problem(401);
        }
    }

    @Test
    void onlyListedOriginsMayCallFromABrowser() throws Exception {
        try (TestApi two = one.another(Map.of("KURIER_CORS_ORIGINS", PAGE + ", http://localhost:5173"))) {
            Answer asked = preflight(two, PAGE).is(204);
            assertThat(asked.header("access-control-allow-origin")).isEqualTo(PAGE);
            assertThat(asked.header("access-control-allow-methods")).contains("PATCH");
            assertThat(asked.header("access-control-allow-headers")).contains("authorization");
            Answer refused = preflight(two, "https://evil.example.com");
            refused.problem(401);
            assertThat(refused.header("access-control-allow-origin")).isEmpty();

            assertThat(asked.header("access-control-allow-headers").split(", "))
                    .as("a page may publish CloudEvents in binary mode")
                    .contains(
                            "content-type", "ce-specversion", "ce-id", "ce-source", "ce-type", "ce-time", "ce-subject")
                    .contains("ce-dataschema", "ce-jobid");
            Answer binary = two.send(HttpRequest.newBuilder(two.uri("/api/v1/events"))
                            .headers("x-api-key", TestApi.KEY, "origin", PAGE, "content-type", "application/json")
                            .headers(
                                    "ce-specversion", "1.0", "ce-id", "1", "ce-source", "/page", "ce-type", "page.seen")
                            .POST(HttpRequest.BodyPublishers.ofString("1")))
                    .is(202);
            assertThat(binary.header("access-control-allow-origin")).isEqualTo(PAGE);

            Answer published = publish(two, PAGE).is(202);
            assertThat(published.header("access-control-allow-origin")).isEqualTo(PAGE);
            assertThat(published.header("vary")).isEqualTo("origin");
            assertThat(publish(two, "https://evil.example.com").is(202).header("access-control-allow-origin"))
                    .isEmpty();
        }
        preflight(one, PAGE).problem(401);
        assertThat(publish(one, PAGE).is(202).header("access-control-allow-origin"))
                .isEmpty();
    }

    private static Answer preflight(TestApi api, String origin) {
        return api.send(HttpRequest.newBuilder(api.uri("/api/v1/events"))
                .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                .header("origin", origin)
                .header("access-control-request-method", "POST"));
    }

    private static Answer publish(TestApi api, String origin) {
        return api.send(HttpRequest.newBuilder(api.uri("/api/v1/events"))
                .header("x-api-key", TestApi.KEY)
                .header("origin", origin)
                .POST(HttpRequest.BodyPublishers.ofString("{\"type\":\"a\",\"data\":1}")));
    }

    @Test
    void tenantWithoutQuotaHasTheDefaultQuota() throws Exception {
        String tenant = one.tenant();
        String exempt = one.tenant();
        one.operator()
                .patch("/tenants/" + exempt, "{\"quota\":{\"webhooks\":0}}")
                .is(200);
        try (TestApi two = one.another(Map.of("KURIER_TENANT_WEBHOOKS", "1"))) {
            String webhook = "{\"url\":\"https://example.com/\",\"events\":[\"*\"]}";
            for (String id : List.of(tenant, "never-registered")) {
                ApiClient caller = ApiClient.ofTenant(two, id);
                caller.post("/webhooks", webhook).is(201);
                caller.post("/webhooks", webhook).problem(409);
            }
            ApiClient caller = ApiClient.ofTenant(two, exempt);
            caller.post("/webhooks", webhook).is(201);
            caller.post("/webhooks", webhook).is(201);
        }
    }
}
