package io.kurier.scheduler.replay;

/**
 * Keeps a replay at its rate. Up to half a second's worth may go at once, and always one delivery, so that slow rates move
 * at all. One thread.
 */
final class ReplayRate {
    private static final double BURST_SECONDS = 0.5;

    private final double perSecond;
    private double credit;
    private long creditedAtMs;

    /** Starts without credit. */
    ReplayRate(double perSecond, long nowMs) {
        this.perSecond = perSecond;
        this.creditedAtMs = nowMs;
    }

    /** How many deliveries may be moved now. A clock that goes back gives no credit. */
    int available(long nowMs, int limit) {
        double earned = perSecond * Math.max(0, nowMs - creditedAtMs) / 1000.0;
        credit = Math.min(credit + earned, Math.max(1, perSecond * BURST_SECONDS));
        creditedAtMs = nowMs;
        return (int) Math.min(limit, credit);
    }

    void spend(int moved) {
        credit -= moved;
    }
}
