package io.kurier.ingest.access;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Counts the wrong keys of each caller's address, so that nobody tries one after the other. Of at most 10,000 addresses:
 * beyond, the one that began first is forgotten. Any thread; while nobody is over the limit a look costs one volatile read.
 */
final class FailedKeyLimiter {
    static final long WINDOW_MS = 60_000;
    static final int MOST_ADDRESSES = 10_000;

    private final int limit;
    private final Map<String, Window> windows = new LinkedHashMap<>();
    private volatile long someoneBlockedUntilMs;

    private static final class Window {
        private final long endsAtMs;
        private int wrong;

        Window(long endsAtMs) {
            this.endsAtMs = endsAtMs;
        }
    }

    /** @param limit wrong keys in a minute; 0 for no limit */
    FailedKeyLimiter(int limit) {
        this.limit = limit;
    }

    /** Whether anybody is over the limit at all. */
    boolean isSomeoneBlocked(long nowMs) {
        return nowMs < someoneBlockedUntilMs;
    }

    /** Milliseconds until the address may try again; 0 when it may now. */
    synchronized long blockedForMs(String address, long nowMs) {
        Window window = windows.get(address);
        return window == null || window.wrong < limit ? 0 : Math.max(0, window.endsAtMs - nowMs);
    }

    /** @return true when this one reaches the limit */
    synchronized boolean add(String address, long nowMs) {
        if (limit == 0) {
            return false;
        }
        Window window = windows.get(address);
        if (window == null || window.endsAtMs <= nowMs) {
            windows.remove(address);
            window = new Window(nowMs + WINDOW_MS);
            windows.put(address, window);
            if (windows.size() > MOST_ADDRESSES) {
                windows.remove(windows.keySet().iterator().next());
            }
        }
        window.wrong++;
        if (window.wrong >= limit) {
            someoneBlockedUntilMs = Math.max(someoneBlockedUntilMs, window.endsAtMs);
        }
        return window.wrong == limit;
    }

    synchronized int addresses() {
        return windows.size();
    }
}
