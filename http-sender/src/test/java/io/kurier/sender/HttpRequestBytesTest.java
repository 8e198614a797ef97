package io.kurier.sender;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.model.signing.Signing;
import io.kurier.model.signing.SigningSecret;
import io.kurier.model.webhook.CustomHeaders;
import io.kurier.model.webhook.PayloadSettings;
import io.kurier.model.webhook.Webhook;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HttpRequestBytesTest {
    private static final byte[] BODY = "{\"n\":1}".getBytes(UTF_8);
    private static final long NOW = 1_795_000_000_123L;

    private static List<String> head(Webhook webhook) {
        String head =
                new String(HttpRequestBytes.of(webhook, "dlv_1", 3, BODY, NOW).head().bytes, ISO_8859_1);
        assertThat(head).endsWith("\r\n\r\n");
        return List.of(head.split("\r\n"));
    }

    @Test
    void headersOfTheWebhookStandBehindKuriersOwn() {
        Webhook webhook = Samples.webhook(1, "https://example.com/hook?a=b")
                .with()
                .content(new PayloadSettings(CustomHeaders.of(Map.of("Authorization", "Bearer me")), false, null, null))
                .build();

        assertThat(head(webhook))
                .startsWith("POST /hook?a=b HTTP/1.1", "host: example.com")
                .contains(
                        "content-length: 7", "webhook-id: dlv_1", "webhook-timestamp: 1795000000", "webhook-attempt: 3")
                .endsWith("Authorization: Bearer me");
    }

    @Test
    void onlyATestSaysThatItIsOne() {
        Webhook webhook = Samples.webhook(1, "https://example.com/");
        HttpRequestBytes test = HttpRequestBytes.ofTest(webhook, "dlv_1", BODY, NOW);

        assertThat(new String(test.head().bytes, ISO_8859_1)).contains("webhook-attempt: 1\r\nwebhook-test: true\r\n");
        assertThat(head(webhook)).noneMatch(line -> line.startsWith("webhook-test"));
    }

    @Test
    void duringARotationTheSignatureHoldsBoth() {
        SigningSecret next = SigningSecret.random(SigningSecret.Scheme.V1A);
        Webhook webhook = Samples.webhook(1, "https://example.com/")
                .with()
                .signing(Signing.with(Samples.SECRET).rotated(next, NOW, 1_000, NOW))
                .build();

        assertThat(head(webhook))
                .contains("webhook-signature: " + next.sign("dlv_1", NOW / 1000, BODY) + " "
                        + Samples.SECRET.sign("dlv_1", NOW / 1000, BODY));
    }
}
