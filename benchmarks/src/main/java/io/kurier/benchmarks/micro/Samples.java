package io.kurier.benchmarks.micro;

import io.kurier.model.egress.WebhookUrl;
import io.kurier.model.event.EventPattern;
import io.kurier.model.retry.RetryPolicy;
import io.kurier.model.signing.Signing;
import io.kurier.model.signing.SigningSecret;
import io.kurier.model.webhook.Webhook;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What the benchmarks work on. Any thread. */
final class Samples {
    static final String TENANT = "default";

    /** One for all: preparing fifty thousand would take longer than the benchmark. */
    private static final Signing SIGNING = Signing.with(SigningSecret.random());

    private static final RetryPolicy RETRY = RetryPolicy.STANDARD;
    private static final WebhookUrl URL = WebhookUrl.parse("https://example.com/hook");

    private Samples() {}

    /** An event's data as JSON, so many bytes of it. */
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
