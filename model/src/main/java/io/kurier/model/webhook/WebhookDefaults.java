package io.kurier.model.webhook;

import io.kurier.model.retry.RetryPolicy;
import io.kurier.model.signing.SigningSecret;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a tenant's webhooks begin with where they say nothing themselves; null for Kurier's own default. Immutable.
 *
 * @param secret null when each webhook gets one of its own
 */
public record WebhookDefaults(
        @Nullable SigningSecret secret,
        @Nullable Duration timeout,
        @Nullable RetryPolicy retry,
        @Nullable RateLimit rate,
        CustomHeaders headers) {
    public static final WebhookDefaults NONE = new WebhookDefaults(null, null, null, null, CustomHeaders.NONE);

    /** What its requests carry when a webhook says nothing of that. */
    public PayloadSettings content() {
        return new PayloadSettings(headers, false, null, null).orPlain();
    }

    public SigningSecret secretOrNew() {
        return secret == null ? SigningSecret.random() : secret;
    }

    public Duration timeoutOrStandard() {
        return Objects.requireNonNullElse(timeout, Webhook.DEFAULT_TIMEOUT);
    }

    public RetryPolicy retryOrStandard() {
        return Objects.requireNonNullElse(retry, RetryPolicy.STANDARD);
    }
}
