package io.kurier.sender;

import io.kurier.model.egress.WebhookUrl;
import io.kurier.model.event.EventPattern;
import io.kurier.model.retry.RetryPolicy;
import io.kurier.model.signing.Signing;
import io.kurier.model.signing.SigningSecret;
import io.kurier.model.tls.ClientTls;
import io.kurier.model.webhook.Webhook;
import io.kurier.runtime.config.EgressSettings;
import io.kurier.runtime.config.Settings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Values that tests begin with. */
final class Samples {
    static final SigningSecret SECRET = SigningSecret.parse("whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=");
    /** One attempt, no other. */
    static final RetryPolicy NEVER_AGAIN = new RetryPolicy(List.of(), 0);

    private static final byte[] BODY =
            "{\"type\":\"job.progress\",\"data\":{\"n\":1}}".getBytes(StandardCharsets.UTF_8);

    private Samples() {}

    static Webhook webhook(long number, String url) {
        return webhook(number, url, "*", NEVER_AGAIN, Duration.ofSeconds(10));
    }

    static Webhook webhook(long number, String url, String pattern, RetryPolicy retry, Duration timeout) {
        return Webhook.of(
                        "wh_" + String.format("%026d", number), "default", WebhookUrl.parse(url), Signing.with(SECRET))
                .number(number)
                .revision(1)
                .events(List.of(new EventPattern(pattern)))
                .retry(retry)
                .timeout(timeout)
                .build();
    }

    static Webhook withTls(Webhook plain, ClientTls tls) {
        return plain.with().tls(tls).build();
    }

    /** The first attempt of some delivery. */
    static HttpRequestBytes request(Webhook webhook) {
        return HttpRequestBytes.of(webhook, "dlv_1", 1, BODY, System.currentTimeMillis());
    }

    /** Loopback over http is allowed; pairs of a setting and its value. */
    static SenderConfig config(String... more) {
        Map<String, String> given = new HashMap<>(Map.of(EgressSettings.ALLOW_PRIVATE_NETWORKS, "true"));
        for (int i = 0; i < more.length; i += 2) {
            given.put(more[i], more[i + 1]);
        }
        return SenderConfig.from(
                Settings.parse(given, List.of(SenderConfig.definition(), EgressSettings.definition())));
    }
}
