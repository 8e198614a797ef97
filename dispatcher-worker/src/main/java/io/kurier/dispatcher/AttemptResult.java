package io.kurier.dispatcher;

import org.jspecify.annotations.Nullable;

/**
 * How one request ended.
 *
 * @param status of the answer; 0 when there was none
 * @param error class when there was no whole answer: address, dns, connect, tls, timeout, reset, response
 * @param excerpt beginning of the answer's body, or what the error said
 */
record AttemptResult(
        int status, @Nullable String error, @Nullable String excerpt) {
    static AttemptResult answered(int status, @Nullable String excerpt) {
        return new AttemptResult(status, null, excerpt);
    }

    static AttemptResult failed(String error, @Nullable String detail) {
        return new AttemptResult(0, error, detail);
    }

    boolean isSuccess() {
        return error == null && status >= 200 && status < 300;
    }
}
