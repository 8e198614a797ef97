package io.kurier.dispatcher;

import io.kurier.model.WebhookUrl;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One request and its answer, from the first look-up to the one end it has. The event loop's. */
final class Exchange {
    static final String RESOLVING = "resolving the host name";

    private final HttpRequestBytes request;
    private final WebhookUrl url;
    private final long deadlineNanos;
    private final Set<Exchange> running;
    private final Consumer<AttemptResult> callback;
    private String phase = "connecting";
    private @Nullable Runnable onEnd;
    private boolean ended;

    Exchange(
            HttpRequestBytes request,
            WebhookUrl url,
            long deadlineNanos,
            Set<Exchange> running,
            Consumer<AttemptResult> callback) {
        this.request = request;
        this.url = url;
        this.deadlineNanos = deadlineNanos;
        this.running = running;
        this.callback = callback;
    }

    HttpRequestBytes request() {
        return request;
    }

    WebhookUrl url() {
        return url;
    }

    long deadlineNanos() {
        return deadlineNanos;
    }

    /** How it ends at its deadline, by what it is waiting for. */
    AttemptResult late() {
        return AttemptResult.failed(phase.equals(RESOLVING) ? "dns" : "timeout", "no end while " + phase);
    }

    void enters(String next) {
        phase = next;
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
