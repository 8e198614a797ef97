package io.kurier.ingest.control;

import io.kurier.ingest.http.Problem;
import io.kurier.model.webhook.Webhook;
import io.kurier.runtime.KurierRuntime;
import io.kurier.runtime.control.ControlWriter;
import io.kurier.schemas.CircuitRecord;
import io.kurier.schemas.CircuitWhy;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Disables webhooks whose receiver answered 410, as workers report it: they don't write control topics themselves. Every
 * process with an API does so, each a little later than told, so that mostly the first one's change is seen by the others.
 */
public final class GoneWebhookDisabler implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(GoneWebhookDisabler.class);
    private static final Duration SPREAD = Duration.ofSeconds(1);
    private static final Duration AGAIN = Duration.ofSeconds(5);

    private final KurierRuntime runtime;
    private final WebhookChanges changes;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "gone-receivers"));

    public GoneWebhookDisabler(KurierRuntime runtime, WebhookChanges changes) {
        this.runtime = runtime;
        this.changes = changes;
    }

    public GoneWebhookDisabler start() {
        runtime.circuits().listen(this::changed);
        return this;
    }

    private void changed(String webhookId, @Nullable CircuitRecord circuit) {
        if (circuit != null && circuit.getWhy() == CircuitWhy.GONE) {
            disableIn(Duration.ofMillis(ThreadLocalRandom.current().nextLong(SPREAD.toMillis())), circuit);
        }
    }

    private void disableIn(Duration delay, CircuitRecord circuit) {
        if (!thread.isShutdown()) {
            thread.schedule(() -> disable(circuit), delay.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void disable(CircuitRecord circuit) {
        String id = circuit.getWebhookId();
        if (runtime.webhooks()
                .get(id)
                .filter(webhook -> isMeant(webhook, circuit))
                .isEmpty()) {
            return;
        }
        try {
            changes.change(
                    id,
                    webhook -> isMeant(webhook, circuit)
                            ? webhook.in(new Webhook.State(Webhook.Kind.DISABLED, circuit.getReason()))
                            : webhook);
            log.info("webhook {} is disabled: {}", id, circuit.getReason());
        } catch (ControlWriter.UnavailableException e) {
            log.warn("webhook {} cannot be disabled yet: {}", id, e.getMessage());
            disableIn(AGAIN, circuit);
        } catch (Problem.RefusedException e) {
            log.debug("webhook {} was deleted meanwhile", id);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whoever changed the webhook since may have mended it. */
    private static boolean isMeant(Webhook webhook, CircuitRecord circuit) {
        return webhook.isActive() && webhook.revision() == circuit.getRevision();
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
