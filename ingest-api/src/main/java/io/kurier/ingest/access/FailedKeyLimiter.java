package io.kurier.ingest.access;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Counts the wrong keys that each address presents in a minute, so that keys cannot be guessed one after the other. Keeps
 * 10,000 addresses at most; beyond that it forgets the one that began first. Any thread; while no address is blocked, a check
 * costs one volatile read.
 */
final class FailedKeyLimiter {
    static final long WINDOW_MS = 60_000;
    static final int MAX_ADDRESSES = 10_000;

    private final int limit;
    private final Map<String, Window> windows = new LinkedHashMap<>();
    private volatile long anyBlockedUntilMs;

    private static final class Window {
        private final long endsAtMs;
        private int wrongKeys;

        Window(long endsAtMs) {
            this.endsAtMs = endsAtMs;
        }
    }

    /** @param limit on wrong keys of one address in a minute; 0 for no limit */
    FailedKeyLimiter(int limit) {
        this.limit = limit;
    }

    /** Whether any address may be blocked. */
    boolean isAnyBlocked(long nowMs) {
        return nowMs < anyBlockedUntilMs;
    }

    /** Milliseconds until the address may try again; 0 if it is not blocked. */
    synchronized long blockedForMs(String address, long nowMs) {
        Window window = windows.get(address);
        return window == null || window.wrongKeys < limit ? 0 : Math.max(0, window.endsAtMs - nowMs);
    }

    /** @return true if this wrong key reaches the limit, so that the address is blocked from now on */
    synchronized boolean add(String address, long nowMs) {
        if (limit == 0) {
            return false;
        }
        Window window = windows.get(address);
        if (window == null || window.endsAtMs <= nowMs) {
            windows.remove(address);
            window = new Window(nowMs + WINDOW_MS);
            windows.put(address, window);
            if (windows.size() > MAX_ADDRESSES) {
                windows.remove(windows.keySet().iterator().next());
            }
        }
        window.wrongKeys++;
        if (window.wrongKeys >= limit) {
            anyBlockedUntilMs = Math.max(anyBlockedUntilMs, window.endsAtMs);
        }
        return window.wrongKeys == limit;
    }

    synchronized int addresses() {
        return windows.size();
    }
}
