package io.kurier.sender;

import io.kurier.model.Durations;
import io.kurier.model.webhook.Webhook;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One request and its answer, from the first look-up to the one end it has. The event loop's. */
final class Exchange {
    /** What an exchange can be waiting for, and the error class when that never comes. */
    enum Phase {
        RESOLVING("dns", "resolving the host name"),
        CONNECTING("timeout", "connecting"),
        REACHING_PROXY(AttemptResult.PROXY, "connecting to the proxy"),
        /** It answers when it is connected, so mostly it is the receiver that is waited for. */
        ASKING_PROXY("timeout", "waiting for the proxy's answer"),
        SHAKING_HANDS("timeout", "shaking hands over TLS"),
        SENDING("timeout", "sending the request"),
        WAITING("timeout", "waiting for the answer"),
        READING("timeout", "reading the answer");

        private final String error;
        private final String text;

        Phase(String error, String text) {
            this.error = error;
            this.text = text;
        }
    }

    /** Longest time for one phase, by the setting that says so. */
    record Limit(String setting, Duration length) {}

    private final HttpRequestBytes request;
    private final Webhook webhook;
    private final long deadlineNanos;
    private final Exchanges running;
    /** Among those. */
    int place;

    private final Consumer<AttemptResult> callback;
    private Phase phase = Phase.RESOLVING;
    private @Nullable Limit limit;
    private long limitNanos;
    private @Nullable Runnable onEnd;
    private boolean ended;

    /** Begins the webhook's timeout. */
    Exchange(HttpRequestBytes request, Webhook webhook, Exchanges running, Consumer<AttemptResult> callback) {
        this.request = request;
        this.webhook = webhook;
        this.deadlineNanos = System.nanoTime() + webhook.timeout().toNanos();
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

    /** With a deadline of its own, besides that of the whole. */
    void enters(Phase next, Limit within) {
        phase = next;
        limit = within;
        limitNanos = System.nanoTime() + within.length().toNanos();
    }

    /** The last byte of the request went out; an answer that came earlier has begun a later phase. */
    void sent(Limit untilFirstByte) {
        if (phase == Phase.SENDING) {
            enters(Phase.WAITING, untilFirstByte);
        }
    }

    /** Ends it when its time, or that of its phase, is over; which of them it was, the result says. */
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
                phase.error, which + " of " + Durations.format(length) + " ended while " + phase.text));
    }

    /** What must be cleaned up if the exchange ends from outside. The newest replaces the one before. */
    void onEnd(Runnable cleanup) {
        onEnd = cleanup;
    }

    boolean isEnded() {
        return ended;
    }

    /** The first end counts; later ones are ignored. */
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
