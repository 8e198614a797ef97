package io.kurier.ingest.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.ingest.http.Problem;
import io.kurier.model.egress.WebhookUrl;
import io.kurier.model.event.EventPattern;
import io.kurier.model.signing.Signing;
import io.kurier.model.signing.SigningSecret;
import io.kurier.model.webhook.Webhook;
import io.kurier.model.webhook.WebhookCounts;
import java.util.List;
import org.junit.jupiter.api.Test;

class FanOutLimitTest {
    private final WebhookCounts webhooks = new WebhookCounts();
    private final FanOutLimit limit = new FanOutLimit(webhooks, 1_000);

    private void add(String id, String tenant, String pattern) {
        webhooks.put(
                id,
                Webhook.of(id, tenant, WebhookUrl.parse("https://example.com/"), Signing.with(SigningSecret.random()))
                        .events(List.of(new EventPattern(pattern)))
                        .build());
    }

    @Test
    void sizeTimesWebhooksIsLimited() {
        add("wh_1", "acme", "*");
        add("wh_2", "acme", "job.*");
        assertThat(limit.check("acme", "job.done", 500, 0)).isNull();
        Problem problem = limit.check("acme", "job.done", 501, 0);
        assertThat(problem).isNotNull();
        assertThat(problem.status()).isEqualTo(413);
        assertThat(problem.field()).isEqualTo("data");
        assertThat(problem.detail()).contains("501 bytes", "2 webhooks", "1000 bytes", "KURIER_MAX_FAN_OUT_BYTES");
        assertThat(limit.check("acme", "job.done", 500, 1)).isNotNull();
    }

    @Test
    void onlyMatchingWebhooksCount() {
        add("wh_1", "acme", "job.*");
        add("wh_2", "acme", "order.*");
        add("wh_3", "other", "*");
        assertThat(limit.check("acme", "job.done", 1_000, 0)).isNull();
        assertThat(limit.check("acme", "nothing", 1_000_000, 0)).isNull();
        assertThat(limit.check("acme", "job.done", 1_001, 0)).isNotNull();
    }
}
