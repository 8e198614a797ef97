package io.kurier.ingest.control;

import io.kurier.ingest.http.Problem;
import io.kurier.model.webhook.Webhook;
import io.kurier.runtime.control.ChangeWriter;
import io.kurier.runtime.control.ControlTable;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Encrypts the secrets of webhooks again that a former encryption key encrypted, so that the former key can be removed from
 * {@code KURIER_ENCRYPTION_KEY}. Every API process does this, each at another moment. Runs on one background thread.
 */
public final class SecretReencryption implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(SecretReencryption.class);
    /** Webhooks rewritten in one run. */
    static final int BATCH = 200;

    private final ControlTable<Webhook> webhooks;
    private final Supplier<Set<String>> byFormerKeys;
    private final WebhookChanges changes;
    private final BackgroundTasks tasks;
    private final RandomGenerator random;

    /**
     * @param byFormerKeys ids of webhooks whose newest record a former key encrypted; may name deleted ones
     * @param tasks closed with this
     */
    public SecretReencryption(
            ControlTable<Webhook> webhooks,
            Supplier<Set<String>> byFormerKeys,
            WebhookChanges changes,
            BackgroundTasks tasks,
            RandomGenerator random) {
        this.webhooks = webhooks;
        this.byFormerKeys = byFormerKeys;
        this.changes = changes;
        this.tasks = tasks;
        this.random = random;
    }

    /** @param pause between two runs; the first one comes at a random moment within it */
    public SecretReencryption start(Duration pause, MeterRegistry metrics) {
        Gauge.builder("kurier.webhooks.former.key", this, reencryption -> reencryption
                        .left()
                        .size())
                .description("Webhooks whose secrets are still encrypted with a former encryption key")
                .register(metrics);
        tasks.repeat(Duration.ofMillis(random.nextLong(pause.toMillis()) + 1), pause, this::run);
        return this;
    }

    private List<String> left() {
        return byFormerKeys.get().stream()
                .filter(id -> webhooks.get(id).isPresent())
                .toList();
    }

    private void run() {
        try {
            List<String> before = left();
            for (String id : before.subList(0, Math.min(BATCH, before.size()))) {
                rewrite(id);
            }
            if (!before.isEmpty()) {
                log.info(
                        "Encrypted webhook secrets with the current key: {} used a former key, {} still do",
                        before.size(),
                        left().size());
            }
        } catch (ChangeWriter.UnavailableException e) {
            log.warn("Could not encrypt webhook secrets with the current key; will retry: {}", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            log.error("Could not encrypt webhook secrets with the current key; will retry", e);
        }
    }

    /** Keeps the revision, since nothing changes for the webhook's owner. */
    private void rewrite(String id) throws ChangeWriter.UnavailableException, InterruptedException {
        try {
            changes.change(id, webhook -> webhook);
        } catch (Problem.RefusedException e) {
            log.debug("Webhook {} was deleted before its secrets could be encrypted again", id);
        }
    }

    @Override
    public void close() {
        tasks.close();
    }
}
