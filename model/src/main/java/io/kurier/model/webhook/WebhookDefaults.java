package io.kurier.model.webhook;

import io.kurier.model.retry.RetryPolicy;
import io.kurier.model.signing.SigningSecret;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A tenant's defaults for new webhooks, and the settings of its ad-hoc webhooks. Null stands for Kurier's default. Immutable.
 *
 * @param secret null when each webhook gets a secret of its own
 */
public record WebhookDefaults(
        @Nullable SigningSecret secret,
        @Nullable Duration timeout,
        @Nullable RetryPolicy retry,
        @Nullable RateLimit rate,
        CustomHeaders headers) {
    public static final WebhookDefaults NONE = new WebhookDefaults(null, null, null, null, CustomHeaders.NONE);

    /** The payload settings of a webhook that has none. */
    public PayloadSettings content() {
        return new PayloadSettings(headers, false, null, null).orPlain();
    }

    /** The default secret, or a new random one. */
    public SigningSecret secretOrNew() {
        return secret == null ? SigningSecret.random() : secret;
    }

    /** The default timeout, or Kurier's. */
    public Duration timeoutOrStandard() {
        return Objects.requireNonNullElse(timeout, Webhook.DEFAULT_TIMEOUT);
    }

    /** The default retry policy, or the standard one. */
    public RetryPolicy retryOrStandard() {
        return Objects.requireNonNullElse(retry, RetryPolicy.STANDARD);
    }
}
