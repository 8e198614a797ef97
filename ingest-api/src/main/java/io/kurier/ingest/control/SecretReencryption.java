package io.kurier.ingest.control;

import io.kurier.ingest.http.Problem;
import io.kurier.runtime.KurierRuntime;
import io.kurier.runtime.control.ControlWriter;
import io.micrometer.core.instrument.Gauge;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes webhooks again whose secrets a former encryption key sealed, some at a time, so that the key can be taken away.
 * Every process with an API does so, each at other moments; a thread of its own.
 */
public final class SecretReencryption implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(SecretReencryption.class);
    private static final int AT_A_TIME = 200;

    private final KurierRuntime runtime;
    private final WebhookChanges changes;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "resealing"));

    public SecretReencryption(KurierRuntime runtime, WebhookChanges changes) {
        this.runtime = runtime;
        this.changes = changes;
    }

    public SecretReencryption start(Duration pause) {
        Gauge.builder("kurier.webhooks.former.key", this, resealing -> resealing
                        .left()
                        .size())
                .description("Webhooks whose secrets a former encryption key sealed")
                .register(runtime.metrics());
        long firstMs = ThreadLocalRandom.current().nextLong(pause.toMillis()) + 1;
        thread.scheduleWithFixedDelay(this::some, firstMs, pause.toMillis(), TimeUnit.MILLISECONDS);
        return this;
    }

    private List<String> left() {
        return runtime.webhookRecords().sealedByFormerKeys().stream()
                .filter(id -> runtime.webhooks().get(id).isPresent())
                .toList();
    }

    private void some() {
        try {
            List<String> left = left();
            for (String id : left.subList(0, Math.min(AT_A_TIME, left.size()))) {
                reseal(id);
            }
            if (!left.isEmpty()) {
                log.info("secrets of {} webhooks are sealed by a former key; {} left", left.size(), left().size());
            }
        } catch (ControlWriter.UnavailableException e) {
            log.warn("webhooks cannot be sealed again yet: {}", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            log.error("webhooks cannot be sealed again yet", e);
        }
    }

    /** The same revision: for its owner nothing changes. */
    private void reseal(String id) throws ControlWriter.UnavailableException, InterruptedException {
        try {
            changes.change(id, webhook -> webhook);
        } catch (Problem.RefusedException e) {
            log.debug("webhook {} was deleted meanwhile", id);
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
