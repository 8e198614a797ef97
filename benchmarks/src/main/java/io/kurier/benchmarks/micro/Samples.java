package io.kurier.benchmarks.micro;

import io.kurier.model.egress.WebhookUrl;
import io.kurier.model.event.EventPattern;
import io.kurier.model.retry.RetryPolicy;
import io.kurier.model.signing.Signing;
import io.kurier.model.signing.SigningSecret;
import io.kurier.model.webhook.Webhook;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Sample data of the benchmarks. Any thread. */
final class Samples {
    static final String TENANT = "default";

    /** Shared, because creating 50,000 secrets would take longer than the benchmark. */
    private static final Signing SIGNING = Signing.with(SigningSecret.random());

    private static final RetryPolicy RETRY = RetryPolicy.STANDARD;
    private static final WebhookUrl URL = WebhookUrl.parse("https://example.com/hook");

    private Samples() {}

    /** @return an event's data as JSON of this many bytes */
    static byte[] data(int bytes) {
        String start = "{\"status\":\"completed\",\"progress\":100,\"output\":\"";
        String end = "\"}";
        return (start + "x".repeat(bytes - start.length() - end.length()) + end).getBytes(StandardCharsets.US_ASCII);
    }

    static Webhook webhook(int number, String pattern) {
        return Webhook.of("wh_" + number, TENANT, URL, SIGNING)
                .number(number)
                .revision(1)
                .events(List.of(new EventPattern(pattern)))
                .retry(RETRY)
                .build();
    }
}
