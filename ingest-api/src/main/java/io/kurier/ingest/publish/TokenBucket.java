package io.kurier.ingest.publish;

/**
 * A token bucket that holds the tokens of one second. A request may start if there is one token, and may take more than
 * there are: the balance becomes negative and later requests wait. So a request larger than a second's tokens is possible.
 * Any thread.
 */
final class TokenBucket {
    private static final double NANOS = 1e9;

    private double tokens;
    private long filledAtNanos;

    /** Starts full. */
    TokenBucket(int perSecond, long nowNanos) {
        this.tokens = perSecond;
        this.filledAtNanos = nowNanos;
    }

    /** Milliseconds until there is a token; 0 if there is one now. */
    synchronized long waitMs(int perSecond, long nowNanos) {
        fill(perSecond, nowNanos);
        return tokens >= 1 ? 0 : Math.max(1, (long) Math.ceil((1 - tokens) * 1_000 / perSecond));
    }

    /** Takes tokens, even if there are fewer. */
    synchronized void take(int count) {
        tokens -= count;
    }

    synchronized boolean isFull(int perSecond, long nowNanos) {
        fill(perSecond, nowNanos);
        return tokens >= perSecond;
    }

    private void fill(int perSecond, long nowNanos) {
        tokens = Math.min(perSecond, tokens + (nowNanos - filledAtNanos) * (perSecond / NANOS));
        filledAtNanos = nowNanos;
    }
}
