package io.kurier.sender;

import org.jspecify.annotations.Nullable;

/**
 * How one request ended.
 *
 * @param status HTTP status of the response; 0 when there was none
 * @param error error class when there was no complete response: {@code address}, {@code dns}, {@code connect},
 *     {@code proxy}, {@code tls}, {@code timeout}, {@code reset} or {@code response}; null otherwise
 * @param excerpt the first 256 bytes of the response's body, or the reason of the error; null when there is neither
 * @param retryAfter value of the response's {@code Retry-After} header, unchecked; null when there is none
 */
public record AttemptResult(
        int status,
        @Nullable String error,
        @Nullable String excerpt,
        @Nullable String retryAfter) {
    /** Error class of attempts that did not reach the receiver because of the forward proxy. */
    public static final String PROXY = "proxy";

    /** The receiver sent a complete response. */
    public static AttemptResult answered(int status, @Nullable String excerpt, @Nullable String retryAfter) {
        return new AttemptResult(status, null, excerpt, retryAfter);
    }

    /** The receiver sent a complete response without {@code Retry-After}. */
    public static AttemptResult answered(int status, @Nullable String excerpt) {
        return answered(status, excerpt, null);
    }

    /**
     * There was no complete response.
     *
     * @param error class of the error
     * @param detail for people; must not name hosts, addresses or credentials that the webhook's owner may not know
     */
    public static AttemptResult failed(String error, @Nullable String detail) {
        return new AttemptResult(0, error, detail, null);
    }
}
