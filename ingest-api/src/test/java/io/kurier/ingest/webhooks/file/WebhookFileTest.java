package io.kurier.ingest.webhooks.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kurier.ingest.webhooks.WebhookJson;
import io.kurier.model.Ids;
import io.kurier.model.egress.EgressPolicy;
import io.kurier.model.tenant.Tenant;
import io.kurier.model.webhook.Webhook;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WebhookFileTest {
    private static final long NOW = 1_795_000_000_000L;
    private static final String SECRET = "whsec_a3VyaWVyIHRlc3RzIHdpdGggdGhpcyBvbmUga2V5ISE=";
    private static final Map<String, String> ENVIRONMENT =
            Map.of("SECRET", SECRET, "TOKEN", "Bearer t0psecret", "URL", "https://example.com/hook?token=t0psecret");

    private static List<WebhookFile.Declared> read(String yaml) throws YamlEntries.RefusedException {
        return new WebhookFile(
                        new WebhookJson(new EgressPolicy(false, false, List.of())), Tenant::plain, ENVIRONMENT::get)
                .read(yaml, NOW);
    }

    @Test
    void entryBecomesAWebhookWithSecretsOfTheEnvironment() throws YamlEntries.RefusedException {
        WebhookFile.Declared wanted = read("""
                        # what billing wants
                        webhooks:
                          - name: billing
                            tenant: acme
                            url_env: URL
                            events: [job.completed, "download.*"]
                            secret_env: SECRET
                            headers: {X-Team: video}
                            headers_env:
                              Authorization: TOKEN
                            retry:
                              schedule: [1s, 1m]
                              give_up_on: [410, 4xx]
                            rate_limit: {limit: 100, per: 60s}
                            when: data.progress >= 50
                            overlap: 0ms
                        """).get(0);

        Webhook webhook = wanted.webhook();
        assertThat(webhook.id()).isEqualTo(Ids.webhookFor("acme", "billing")).startsWith("wh_");
        assertThat(webhook.file()).isEqualTo("billing");
        assertThat(webhook.tenant()).isEqualTo("acme");
        assertThat(webhook.url().target()).isEqualTo("/hook?token=t0psecret");
        assertThat(webhook.signing().newest().reveal()).isEqualTo(SECRET);
        assertThat(webhook.content().headers().byName())
                .containsExactlyInAnyOrderEntriesOf(Map.of("Authorization", "Bearer t0psecret", "X-Team", "video"));
        assertThat(webhook.retry().maxAttempts()).isEqualTo(3);
        assertThat(webhook.content().when()).isEqualTo("data.progress >= 50");
        assertThat(wanted.overlap()).isEqualTo(Duration.ZERO);
    }

    @Test
    void emptyListIsAllowedAndEmptyFileIsNot() throws YamlEntries.RefusedException {
        assertThat(read("webhooks: []")).isEmpty();
        for (String nothing : List.of("", "webhooks:", "---", "[]", "webhooks: {}", "more: []")) {
            assertThatThrownBy(() -> read(nothing))
                    .as(nothing)
                    .isInstanceOf(YamlEntries.RefusedException.class)
                    .hasMessageContaining("expected");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "url: http://localhost:3000/ ~ secret_env: SECRET | line 5 | webhooks[1]: url | KURIER_ALLOW_PRIVATE_NETWORKS",
                "url: https://example.com/ ~ secret: *anchor | line 6 | alias | *name",
                "url: https://example.com/ ~ secret: t0psecret: b | line 6 | YAML | mapping values",
                "url: https://example.com/ ~ url: https://example.org/ | line 6 | Duplicate | url",
                "url: https://example.com/ ~ secret_env: NOT_SET | line 6 | NOT_SET | environment",
                "url: https://example.com/ ~ secret: t0psecret ~ secret_env: SECRET | line 7 | secret_env | not both",
                "url: https://example.com/ ~ secret: t0psecret | line 6 | webhooks[1]: secret | whsec_",
                "url: https://example.com/ | line 4 | webhooks[1]: required field secret | secret_env",
                "url: https://example.com/ ~ secret_env: SECRET ~ retry: {schedule: [1s, soon]} | line 7 | retry.schedule[1] | expected",
                "url: https://example.com/ ~ secret_env: SECRET ~ color: red | line 7 | unknown field color | expected one of: ascii_json",
            })
    void invalidFieldIsNamedWithItsLineAndWithoutItsValue(String more, String line, String field, String expected) {
        String yaml = "webhooks:\n  - {name: a, url: 'https://example.com/', events: ['*'], secret_env: SECRET}\n\n"
                + "  - name: b\n    " + more.replace(" ~ ", "\n    ") + "\n    events: ['*']\n";
        assertThatThrownBy(() -> read(yaml))
                .isInstanceOf(YamlEntries.RefusedException.class)
                .hasMessageStartingWith(line + ": ")
                .hasMessageContainingAll(field, expected)
                .message()
                .doesNotContain("t0psecret");
    }

    @Test
    void namesAreUniquePerTenant() throws YamlEntries.RefusedException {
        String entry = "  - {name: a, tenant: %s, url: 'https://example.com/', events: ['*'], secret_env: SECRET}\n";
        assertThat(read("webhooks:\n" + entry.formatted("x") + entry.formatted("y")))
                .hasSize(2);
        assertThatThrownBy(() -> read("webhooks:\n" + entry.formatted("x") + entry.formatted("x")))
                .hasMessageContainingAll("line 3", "the entry in line 2 has already");
    }
}
