package io.kurier.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kurier.ingest.webhooks.WebhookJson;
import io.kurier.ingest.webhooks.file.WebhookFile;
import io.kurier.ingest.webhooks.file.YamlEntries;
import io.kurier.model.Ids;
import io.kurier.model.egress.EgressPolicy;
import io.kurier.model.tenant.Tenant;
import io.kurier.model.webhook.Webhook;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Webhooks declared in a file: created, changed and deleted with it; and exported to a file. */
@ExtendWith(SharedApi.class)
class WebhookFileIT {
    private static final String FIRST = "whsec_a3VyaWVyIHRlc3RzIHdpdGggdGhpcyBvbmUga2V5ISE=";
    private static final String SECOND = "whsec_a3VyaWVyIHRlc3RzIHdpdGggdGhpcyAybmQga2V5ISE=";

    private final TestApi shared;

    @TempDir
    private Path folder;

    WebhookFileIT(TestApi api) {
        this.shared = api;
    }

    private static String entry(String tenant, String name, String more) {
        return "  - {name: " + name + ", tenant: " + tenant + ", url: 'https://example.com/" + name + "', secret: '"
                + FIRST + "', events: ['*']" + more + "}\n";
    }

    private static Webhook kept(TestApi api, String tenant, String name) {
        return api.runtime().webhooks().get(Ids.webhookFor(tenant, name)).orElse(null);
    }

    @Test
    void fileCreatesChangesAndDeletesOnlyItsOwnWebhooks() throws IOException, InterruptedException {
        Path file = folder.resolve("webhooks.yaml");
        ApiClient outside = shared.caller();
        String tenant = outside.tenant();
        String madeByApi = outside.webhook("https://example.com/api");
        Files.writeString(
                file, "webhooks:\n" + entry(tenant, "one", "") + entry(tenant, "two", "") + entry(tenant, "same", ""));
        try (TestApi api =
                shared.another(Map.of("KURIER_WEBHOOKS_FILE", file.toString(), "KURIER_WEBHOOKS_FILE_POLL", "100ms"))) {
            ApiClient caller = outside.at(api);
            Awaitility.await().until(() -> kept(api, tenant, "two") != null);
            Webhook one = kept(api, tenant, "one");
            Webhook same = kept(api, tenant, "same");
            assertThat(caller.get("/webhooks/" + one.id()).json().path("file").asText())
                    .isEqualTo("one");

            String path = "/webhooks/" + one.id();
            assertThat(caller.patch(path, "{\"timeout\":\"1s\"}")
                            .problem(409)
                            .path("detail")
                            .asText())
                    .contains("KURIER_WEBHOOKS_FILE", "one");
            caller.delete(path).problem(409);
            caller.post(path + "/rotate-secret", "").problem(409);
            caller.post(path + "/pause", "").is(200);

            Files.writeString(
                    file,
                    "webhooks:\n"
                            + entry(tenant, "one", ", timeout: 1s").replace(FIRST, SECOND)
                            + entry(tenant, "same", "")
                            + entry(tenant, "three", ""));
            Awaitility.await().until(() -> kept(api, tenant, "two") == null);
            Webhook changed = kept(api, tenant, "one");
            assertThat(changed.revision()).isEqualTo(one.revision() + 2);
            assertThat(kept(api, tenant, "same")).isEqualTo(same);
            assertThat(changed.number()).isEqualTo(one.number());
            assertThat(changed.timeout()).hasSeconds(1);
            assertThat(changed.state().kind()).isEqualTo(Webhook.Kind.PAUSED);
            assertThat(changed.signing().newest().reveal()).isEqualTo(SECOND);
            assertThat(changed.signing().keys()).hasSize(2);
            assertThat(kept(api, tenant, "three").number()).isGreaterThan(one.number());

            Files.writeString(file, "webhooks:\n" + entry(tenant, "one", ", timeout: 1h"));
            Awaitility.await().until(() -> failed(api) == 1);
            assertThat(kept(api, tenant, "one")).isEqualTo(changed);
            assertThat(kept(api, tenant, "three")).isNotNull();

            Files.writeString(file, "webhooks: []\n");
            Awaitility.await().until(() -> kept(api, tenant, "one") == null);
            assertThat(failed(api)).isZero();
            assertThat(caller.get("/webhooks").ids("id")).containsExactly(madeByApi);
        }
    }

    private static double failed(TestApi api) {
        return api.runtime()
                .metrics()
                .get("kurier.webhooks.file.failed")
                .gauge()
                .value();
    }

    @Test
    void exportIsAFileOfTheSameWebhooksWithoutSecrets() throws YamlEntries.RefusedException {
        ApiClient caller = shared.caller();
        JsonNode made = caller.post("/webhooks", """
                        {"url": "https://example.com/hook?token=t0psecret", "events": ["job.*", "*"], "description": "yes: no",
                         "secret": "%s", "headers": {"Authorization": "Bearer t0psecret"}, "when": "data.x == '1'",
                         "timeout": "2s", "rate_limit": {"limit": 5, "per": "1s"}, "retry": {"schedule": ["1s"], "success": ["200"]}}
                        """.formatted(FIRST)).is(201).json();
        Answer export = caller.get("/webhooks/export").is(200);
        assertThat(export.header("content-type")).isEqualTo("application/yaml");
        assertThat(export.text()).doesNotContain("t0psecret").doesNotContain(FIRST);

        String id = made.path("id").asText();
        String prefix = "WEBHOOK_" + id.toUpperCase(java.util.Locale.ROOT) + "_";
        Map<String, String> environment = Map.of(
                prefix + "URL",
                "https://example.com/hook?token=t0psecret",
                prefix + "SECRET",
                FIRST,
                prefix + "HEADER_AUTHORIZATION",
                "Bearer t0psecret");
        Webhook original = shared.runtime().webhooks().get(id).orElseThrow();
        List<WebhookFile.Declared> wanted = new WebhookFile(
                        new WebhookJson(new EgressPolicy(false, false, List.of())), Tenant::plain, environment::get)
                .read(export.text(), 1);
        Webhook again = wanted.get(0).webhook();
        assertThat(again)
                .usingRecursiveComparison()
                .ignoringFields("id", "number", "createdAtMs", "file", "signing")
                .isEqualTo(original);
        assertThat(again.signing().newest()).isEqualTo(original.signing().newest());
        assertThat(shared.caller().get("/webhooks/export").text().strip()).isEqualTo("webhooks: []");
    }
}
