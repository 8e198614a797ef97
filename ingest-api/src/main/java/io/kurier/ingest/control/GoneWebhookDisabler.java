package io.kurier.ingest.control;

import io.kurier.ingest.http.Problem;
import io.kurier.model.webhook.Webhook;
import io.kurier.runtime.control.ChangeWriter;
import io.kurier.runtime.control.ControlTable;
import io.kurier.schemas.CircuitRecord;
import io.kurier.schemas.CircuitWhy;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Disables webhooks whose receiver answered 410 Gone. Workers report such answers in the topic {@code circuits}, since they
 * never write control topics of the API. Every API process does this, each after a delay of its own, so that in most cases
 * one process makes the change and the others see it. Runs on one background thread.
 */
public final class GoneWebhookDisabler implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(GoneWebhookDisabler.class);
    /** The delays of the processes are spread over this time. */
    static final Duration SPREAD = Duration.ofSeconds(1);

    static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private final ControlTable<Webhook> webhooks;
    private final WebhookChanges changes;
    private final BackgroundTasks tasks;
    private final RandomGenerator random;

    /** @param tasks closed with this */
    public GoneWebhookDisabler(
            ControlTable<Webhook> webhooks, WebhookChanges changes, BackgroundTasks tasks, RandomGenerator random) {
        this.webhooks = webhooks;
        this.changes = changes;
        this.tasks = tasks;
        this.random = random;
    }

    /** Looks at every circuit now and at every change later. */
    public GoneWebhookDisabler start(ControlTable<CircuitRecord> circuits) {
        circuits.listen(this::changed);
        return this;
    }

    private void changed(String webhookId, @Nullable CircuitRecord circuit) {
        if (circuit != null && circuit.getWhy() == CircuitWhy.GONE) {
            tasks.schedule(Duration.ofMillis(random.nextLong(SPREAD.toMillis())), () -> disable(circuit));
        }
    }

    private void disable(CircuitRecord circuit) {
        String id = circuit.getWebhookId();
        if (webhooks.get(id).filter(webhook -> isAbout(webhook, circuit)).isEmpty()) {
            return;
        }
        try {
            changes.change(
                    id,
                    webhook -> isAbout(webhook, circuit)
                            ? webhook.in(new Webhook.State(Webhook.Kind.DISABLED, circuit.getReason()))
                            : webhook);
            log.info("Disabled webhook {}: {}", id, circuit.getReason());
        } catch (ChangeWriter.UnavailableException e) {
            log.warn(
                    "Could not disable webhook {}, whose receiver is gone; will retry in {} s: {}",
                    id,
                    RETRY_AFTER.toSeconds(),
                    e.getMessage());
            tasks.schedule(RETRY_AFTER, () -> disable(circuit));
        } catch (Problem.RefusedException e) {
            log.debug("Webhook {} was deleted before it could be disabled", id);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A webhook that was changed since the answer may work again. */
    private static boolean isAbout(Webhook webhook, CircuitRecord circuit) {
        return webhook.isActive() && webhook.revision() == circuit.getRevision();
    }

    @Override
    public void close() {
        tasks.close();
    }
}
