package io.kurier.benchmarks.micro;

import io.kurier.model.ClientTls;
import io.kurier.model.EventPattern;
import io.kurier.model.Pace;
import io.kurier.model.RetryPolicy;
import io.kurier.model.SigningSecret;
import io.kurier.model.Throttle;
import io.kurier.model.Webhook;
import io.kurier.model.WebhookUrl;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What the benchmarks work on. Any thread. */
final class Samples {
    static final String TENANT = "default";

    /** One for all: preparing fifty thousand would take longer than the benchmark. */
    private static final SigningSecret SECRET = SigningSecret.random();

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
        return new Webhook(
                "wh_" + number,
                TENANT,
                number,
                1,
                URL,
                List.of(new EventPattern(pattern)),
                "",
                SECRET,
                RETRY,
                Webhook.DEFAULT_TIMEOUT,
                Pace.FREE,
                Throttle.NONE,
                ClientTls.NONE,
                Webhook.State.ACTIVE,
                0);
    }
}
