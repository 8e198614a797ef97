package io.kurier.ingest.control;

import io.kurier.model.tenant.ApiKey;
import io.kurier.runtime.KurierRuntime;
import io.kurier.runtime.control.ControlWriter;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When keys were last used. Event loops note it in memory; a thread of its own writes it, at most once an hour for each key.
 * What a crash takes with it is only that.
 */
public final class KeyUses implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(KeyUses.class);
    private static final Duration WRITE_EVERY = Duration.ofMinutes(1);
    private static final Duration KEPT_FOR = Duration.ofHours(1);
    private static final long PRECISION_MS = 1_000;

    private final KurierRuntime runtime;
    private final TenantChanges changes;
    private final Map<String, Long> seenAtMs = new ConcurrentHashMap<>();
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "key-uses"));

    public KeyUses(KurierRuntime runtime, TenantChanges changes) {
        this.runtime = runtime;
        this.changes = changes;
    }

    public KeyUses start() {
        thread.scheduleWithFixedDelay(
                this::writeOrLog, WRITE_EVERY.toMillis(), WRITE_EVERY.toMillis(), TimeUnit.MILLISECONDS);
        return this;
    }

    public void note(ApiKey key, long nowMs) {
        Long last = seenAtMs.get(key.id());
        if (last == null || nowMs - last > PRECISION_MS) {
            seenAtMs.put(key.id(), nowMs);
        }
    }

    /** The latest use that is on record or that this process saw; 0 when there was none. */
    public long lastUsedAtMs(ApiKey key) {
        long recorded = key.lastUsedAtMs() == null ? 0 : key.lastUsedAtMs();
        return Math.max(recorded, seenAtMs.getOrDefault(key.id(), 0L));
    }

    private void writeOrLog() {
        try {
            write();
        } catch (ControlWriter.UnavailableException | RuntimeException e) {
            log.info("when keys were last used is written later: {}", e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Writes what is due now. */
    public void write() throws ControlWriter.UnavailableException, InterruptedException {
        seenAtMs.keySet().removeIf(id -> runtime.tenants().key(id).isEmpty());
        long recentMs = runtime.clock().millis() - KEPT_FOR.toMillis();
        Map<String, Long> due = new HashMap<>(seenAtMs);
        due.keySet().removeIf(id -> runtime.tenants()
                .key(id)
                .filter(key -> key.lastUsedAtMs() == null || key.lastUsedAtMs() < recentMs)
                .isEmpty());
        if (!due.isEmpty()) {
            changes.used(due, recentMs);
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
