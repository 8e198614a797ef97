package io.kurier.dispatcher.lane;

import io.kurier.model.webhook.RateLimit;

/**
 * Counts the attempts of one webhook so that no window of the limit's length holds more than the limit: remembers when
 * each of the last ones began. A backlog drains at the limit, and who was idle may begin as many at once. The event loop's.
 */
final class SlidingWindowRateLimiter {
    /** A time earlier by less was looked up earlier, by somebody who comes with it only now. */
    private static final long SET_BACK_MS = 1_000;

    final RateLimit limit;
    private final long perMs;
    /** When the last attempts began, the oldest at {@link #oldest}. */
    private final long[] beganMs;

    private int oldest;
    /** In whose place the last attempt stands. */
    private long replacedMs;

    private long lastMs;

    /**
     * @param sharedUntilMs until when a former owner may have begun attempts; what it left of the window is not known, so
     *     the places of a window behind that get free one after another
     */
    SlidingWindowRateLimiter(RateLimit limit, long sharedUntilMs) {
        this.limit = limit;
        this.perMs = limit.per().toMillis();
        this.beganMs = new long[limit.limit()];
        for (int i = 0; i < beganMs.length; i++) {
            beganMs[i] = sharedUntilMs - perMs + Math.round((i + 1) * limit.intervalMs());
        }
    }

    boolean mayBegin(long nowMs) {
        return waitMs(0, nowMs) <= 0;
    }

    void begins(long nowMs) {
        follow(nowMs);
        replacedMs = beganMs[oldest];
        beganMs[oldest] = nowMs;
        oldest = (oldest + 1) % beganMs.length;
    }

    /** What {@link #begins} was told last did not begin after all. */
    void takesBack() {
        oldest = (oldest + beganMs.length - 1) % beganMs.length;
        beganMs[oldest] = replacedMs;
    }

    /** How long one has to wait that has so many before it, if all begin as soon as they may. */
    double waitMs(int before, long nowMs) {
        follow(nowMs);
        long nextMs = beganMs[(oldest + before % beganMs.length) % beganMs.length] + perMs;
        long firstRoundMs = Math.max(0, nextMs - nowMs);
        long furtherRounds = before / beganMs.length;
        return (double) (firstRoundMs + perMs * furtherRounds);
    }

    /** When the clock was set back, the attempts began as long ago as before. */
    private void follow(long nowMs) {
        if (lastMs - nowMs < SET_BACK_MS) {
            lastMs = Math.max(lastMs, nowMs);
            return;
        }
        for (int i = 0; i < beganMs.length; i++) {
            beganMs[i] -= lastMs - nowMs;
        }
        lastMs = nowMs;
    }

    /** Whether nothing of the window is used any more. */
    boolean isFree(long nowMs) {
        int newest = (oldest + beganMs.length - 1) % beganMs.length;
        return beganMs[newest] + perMs <= nowMs;
    }
}
