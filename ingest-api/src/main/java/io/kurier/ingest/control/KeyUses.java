package io.kurier.ingest.control;

import io.kurier.model.tenant.ApiKey;
import io.kurier.runtime.control.ChangeWriter;
import io.kurier.runtime.control.Tenants;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When each API key was last used. Event loops note uses in memory; a background thread writes them to the topic
 * {@code tenants}, at most once per hour and key. A crash loses only uses that were not written yet.
 */
public final class KeyUses implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(KeyUses.class);
    private static final Duration WRITE_EVERY = Duration.ofMinutes(1);
    private static final Duration SHORTEST_BETWEEN_WRITES_OF_A_KEY = Duration.ofHours(1);
    private static final long PRECISION_MS = 1_000;

    private final Tenants tenants;
    private final TenantChanges changes;
    private final InstantSource clock;
    private final BackgroundTasks tasks;
    private final Map<String, Long> seenAtMs = new ConcurrentHashMap<>();

    /** @param tasks closed with this */
    public KeyUses(Tenants tenants, TenantChanges changes, InstantSource clock, BackgroundTasks tasks) {
        this.tenants = tenants;
        this.changes = changes;
        this.clock = clock;
        this.tasks = tasks;
    }

    public KeyUses start() {
        tasks.repeat(WRITE_EVERY, WRITE_EVERY, this::writeOrLog);
        return this;
    }

    /**
     * Notes a use, to the second. Any thread; does not block.
     *
     * @param nowMs milliseconds since 1970
     */
    public void note(ApiKey key, long nowMs) {
        Long last = seenAtMs.get(key.id());
        if (last == null || nowMs - last > PRECISION_MS) {
            seenAtMs.put(key.id(), nowMs);
        }
    }

    /** The last use that this process saw or read, in milliseconds since 1970; 0 if there was none. */
    public long lastUsedAtMs(ApiKey key) {
        long recorded = key.lastUsedAtMs() == null ? 0 : key.lastUsedAtMs();
        return Math.max(recorded, seenAtMs.getOrDefault(key.id(), 0L));
    }

    private void writeOrLog() {
        try {
            write();
        } catch (ChangeWriter.UnavailableException | RuntimeException e) {
            log.info("Could not store when keys were last used; will retry: {}", e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Writes the uses of keys whose recorded use is more than an hour old. Blocks: not on an event loop. */
    public void write() throws ChangeWriter.UnavailableException, InterruptedException {
        seenAtMs.keySet().removeIf(id -> tenants.key(id).isEmpty());
        long recentMs = clock.millis() - SHORTEST_BETWEEN_WRITES_OF_A_KEY.toMillis();
        Map<String, Long> due = new HashMap<>(seenAtMs);
        due.keySet().removeIf(id -> tenants.key(id)
                .filter(key -> key.lastUsedAtMs() == null || key.lastUsedAtMs() < recentMs)
                .isEmpty());
        if (!due.isEmpty()) {
            changes.used(due, recentMs);
        }
    }

    @Override
    public void close() {
        tasks.close();
    }
}
