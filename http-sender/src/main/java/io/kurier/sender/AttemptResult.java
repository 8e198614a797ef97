package io.kurier.sender;

import org.jspecify.annotations.Nullable;

/**
 * How one request ended.
 *
 * @param status of the answer; 0 when there was none
 * @param error class when there was no whole answer: address, dns, connect, proxy, tls, timeout, reset,
 *     response
 * @param excerpt beginning of the answer's body, or what the error said
 * @param retryAfter the answer's header of this name, as it came
 */
public record AttemptResult(
        int status,
        @Nullable String error,
        @Nullable String excerpt,
        @Nullable String retryAfter) {
    /** The error class of attempts that never came to the receiver, for the proxy's sake. */
    public static final String PROXY = "proxy";

    public static AttemptResult answered(int status, @Nullable String excerpt, @Nullable String retryAfter) {
        return new AttemptResult(status, null, excerpt, retryAfter);
    }

    public static AttemptResult answered(int status, @Nullable String excerpt) {
        return answered(status, excerpt, null);
    }

    public static AttemptResult failed(String error, @Nullable String detail) {
        return new AttemptResult(0, error, detail, null);
    }
}
