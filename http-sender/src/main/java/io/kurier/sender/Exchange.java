package io.kurier.sender;

import io.kurier.model.Durations;
import io.kurier.model.webhook.Webhook;
import io.kurier.runtime.time.ProcessClock;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One request and its response, from name resolution to its only end. Event loop only. */
final class Exchange {
    /** What an exchange waits for, and the error class when its time runs out meanwhile. */
    enum Phase {
        RESOLVING("dns", "resolving the host name"),
        CONNECTING("timeout", "connecting"),
        REACHING_PROXY(AttemptResult.PROXY, "connecting to the proxy"),
        /** The proxy responds once it is connected, so a slow receiver is the usual cause. */
        ASKING_PROXY("timeout", "waiting for the proxy's response"),
        TLS_HANDSHAKE("timeout", "performing the TLS handshake"),
        SENDING("timeout", "sending the request"),
        WAITING("timeout", "waiting for the response"),
        READING("timeout", "reading the response");

        private final String error;
        private final String text;

        Phase(String error, String text) {
            this.error = error;
            this.text = text;
        }
    }

    /**
     * Longest time for one phase.
     *
     * @param setting the name of the setting, for messages
     */
    record Limit(String setting, Duration length) {}

    private final HttpRequestBytes request;
    private final Webhook webhook;
    private final long deadlineNanos;
    private final RunningExchanges running;
    private final ProcessClock clock;
    /** Index in {@link RunningExchanges}, which keeps it up to date. */
    int place;

    private final Consumer<AttemptResult> callback;
    private Phase phase = Phase.RESOLVING;
    private @Nullable Limit limit;
    private long limitNanos;
    private @Nullable Runnable onEnd;
    private boolean ended;

    /** The webhook's timeout begins now. */
    Exchange(
            HttpRequestBytes request,
            Webhook webhook,
            RunningExchanges running,
            ProcessClock clock,
            Consumer<AttemptResult> callback) {
        this.request = request;
        this.webhook = webhook;
        this.clock = clock;
        this.deadlineNanos = clock.nanoTime() + webhook.timeout().toNanos();
        this.running = running;
        this.callback = callback;
    }

    HttpRequestBytes request() {
        return request;
    }

    Webhook webhook() {
        return webhook;
    }

    void enters(Phase next) {
        phase = next;
        limit = null;
    }

    /** Enters a phase that has a deadline of its own besides the webhook's timeout. */
    void enters(Phase next, Limit within) {
        phase = next;
        limit = within;
        limitNanos = clock.nanoTime() + within.length().toNanos();
    }

    /** The last byte of the request was written. An early response has already begun a later phase. */
    void sent(Limit untilFirstByte) {
        if (phase == Phase.SENDING) {
            enters(Phase.WAITING, untilFirstByte);
        }
    }

    /** Ends the exchange when its deadline or that of its phase has passed. The result says which. */
    void expire(long nowNanos) {
        boolean late = nowNanos - deadlineNanos >= 0;
        Limit own = limit;
        if (own != null && nowNanos - limitNanos >= 0 && (!late || limitNanos - deadlineNanos < 0)) {
            late(own.setting(), own.length());
        } else if (late) {
            late("the webhook's timeout", webhook.timeout());
        }
    }

    private void late(String which, Duration length) {
        end(AttemptResult.failed(
                phase.error, which + " of " + Durations.format(length) + " expired while " + phase.text));
    }

    /** Sets what runs when the exchange ends, in place of the previous clean-up. */
    void onEnd(Runnable cleanup) {
        onEnd = cleanup;
    }

    boolean isEnded() {
        return ended;
    }

    /** Ends the exchange. The first call counts; later ones are ignored. */
    void end(AttemptResult result) {
        if (ended) {
            return;
        }
        ended = true;
        running.remove(this);
        if (onEnd != null) {
            onEnd.run();
        }
        callback.accept(result);
    }
}
