package io.kurier.dispatcher.lane;

import io.kurier.model.webhook.RateLimit;

/**
 * Limits how many attempts of one webhook start in any window of time. It remembers the start of each attempt in the last
 * window, one permit for each. A backlog drains at the limit; a queue that was idle may start as many attempts at once as
 * the limit allows. Event loop only.
 */
final class SlidingWindowRateLimiter {
    /** A time that is earlier by less than this was read a moment ago; by more, the wall clock was set back. */
    private static final long SET_BACK_MS = 1_000;

    final RateLimit limit;
    private final long perMs;
    /** Ring of the last starts, one for each permit, epoch milliseconds. */
    private final long[] startedMs;

    /** Index of the oldest start in the ring. */
    private int oldest;
    /** The start that the last {@link #use} overwrote. */
    private long replacedMs;

    /** The latest time that a caller gave, epoch milliseconds. */
    private long lastMs;

    /**
     * @param sharedUntilMs epoch milliseconds until which a former owner may have started attempts. How many permits it used
     *     is unknown, so from then on the permits become free one after another, evenly over one window
     */
    SlidingWindowRateLimiter(RateLimit limit, long sharedUntilMs) {
        this.limit = limit;
        this.perMs = limit.per().toMillis();
        this.startedMs = new long[limit.limit()];
        for (int i = 0; i < startedMs.length; i++) {
            startedMs[i] = sharedUntilMs - perMs + Math.round((i + 1) * limit.intervalMs());
        }
    }

    /** An attempt starts now. Called after {@link #waitMs} returned 0 for it. */
    void use(long nowMs) {
        follow(nowMs);
        replacedMs = startedMs[oldest];
        startedMs[oldest] = nowMs;
        oldest = (oldest + 1) % startedMs.length;
    }

    /** The attempt of the last {@link #use} did not start after all. */
    void giveBack() {
        oldest = (oldest + startedMs.length - 1) % startedMs.length;
        startedMs[oldest] = replacedMs;
    }

    /**
     * How long an attempt has to wait for its permit if all attempts before it start as early as they may.
     *
     * @param before number of attempts that start before it
     * @return milliseconds; 0 if it may start now
     */
    double waitMs(int before, long nowMs) {
        follow(nowMs);
        long nextMs = startedMs[(oldest + before % startedMs.length) % startedMs.length] + perMs;
        long firstRoundMs = Math.max(0, nextMs - nowMs);
        long furtherRounds = before / startedMs.length;
        return (double) (firstRoundMs + perMs * furtherRounds);
    }

    /** Follows the wall clock: if it was set back, the starts move back with it, so that their age stays the same. */
    private void follow(long nowMs) {
        if (lastMs - nowMs < SET_BACK_MS) {
            lastMs = Math.max(lastMs, nowMs);
            return;
        }
        for (int i = 0; i < startedMs.length; i++) {
            startedMs[i] -= lastMs - nowMs;
        }
        lastMs = nowMs;
    }

    /** Whether no attempt started within the last window. */
    boolean isUnused(long nowMs) {
        int newest = (oldest + startedMs.length - 1) % startedMs.length;
        return startedMs[newest] + perMs <= nowMs;
    }
}
