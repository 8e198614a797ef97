package io.kurier.ingest.publish;

/**
 * Tokens that come at a rate, one second's at most. Whoever begins while there is one may take more than there are, and
 * the next waits until that is paid: so what is larger than a second's worth goes through too. Any thread.
 */
final class TokenBucket {
    private static final double NANOS = 1e9;

    private double tokens;
    private long filledAtNanos;

    /** Full. */
    TokenBucket(int perSecond, long nowNanos) {
        this.tokens = perSecond;
        this.filledAtNanos = nowNanos;
    }

    /** Milliseconds until there is a token; 0 when there is one now. */
    synchronized long waitMs(int perSecond, long nowNanos) {
        fill(perSecond, nowNanos);
        return tokens >= 1 ? 0 : Math.max(1, (long) Math.ceil((1 - tokens) * 1_000 / perSecond));
    }

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
