package io.kurier.sender;

import io.kurier.model.webhook.Webhook;
import java.time.Duration;
import java.util.function.Consumer;

/** Where requests leave the process: sends each one once to its receiver. Event loop only. */
public interface RequestSender extends AutoCloseable {
    /** How often {@link #expire} should be called. */
    Duration EXPIRY = Duration.ofMillis(100);

    /**
     * Sends one request; never follows a redirect and never sends it twice.
     *
     * @param request the bytes to send
     * @param webhook whose URL, timeout and TLS settings apply
     * @param callback called exactly once, later, on the event loop, however the request ends
     */
    void send(HttpRequestBytes request, Webhook webhook, Consumer<AttemptResult> callback);

    /**
     * Ends requests that are past their deadline, and closes connections that were idle for too long.
     *
     * @param nowNanos monotonic time in nanoseconds
     */
    void expire(long nowNanos);

    @Override
    void close();
}
