package io.kurier.dispatcher.lane;

import io.kurier.dispatcher.offsets.PartitionAssignment;
import io.kurier.model.tenant.AdHocWebhook;
import io.kurier.model.webhook.DeliveryLimits;
import io.kurier.model.webhook.RateLimit;
import org.jspecify.annotations.Nullable;

/**
 * The queue of a webhook in its lane. One worker owns it, so the webhook's own concurrency and rate limits are exact here, and
 * only this queue probes a receiver that failed. Event loop only.
 */
public final class LaneQueue extends WebhookQueue {
    /** Deliveries postponed by an open circuit come back this far apart, so that they are not all postponed again. */
    private static final double POSTPONED_INTERVAL_MS = 1;

    private final Listener<LaneQueue> listener;
    private int concurrency;
    private @Nullable SlidingWindowRateLimiter rate;
    private @Nullable PartitionAssignment owner;
    /** Epoch milliseconds at which the last delivery that was postponed for lack of room here should be attempted. */
    private double postponedUntilMs;

    public LaneQueue(String webhookId, @Nullable AdHocWebhook adHoc, Setup setup, Listener<LaneQueue> listener) {
        super(webhookId, adHoc, setup);
        this.listener = listener;
        this.concurrency = setup.maxConcurrency();
    }

    @Override
    public boolean ownsCircuit() {
        return true;
    }

    @Override
    public void circuitOpened(long nowMs) {
        listener.circuitOpened(this, nowMs);
    }

    @Override
    public void overExpressionBudget(long nowMs) {
        listener.overExpressionBudget(this, nowMs);
    }

    @Override
    int concurrency() {
        return concurrency;
    }

    @Override
    double rateWaitMs(int before, long nowMs) {
        return rate == null ? 0 : rate.waitMs(before, nowMs);
    }

    @Override
    void useRate(long nowMs) {
        if (rate != null) {
            rate.use(nowMs);
        }
    }

    @Override
    void returnRate() {
        if (rate != null) {
            rate.giveBack();
        }
    }

    /**
     * The lane came, or came back, to this worker. Its state is reset, since other workers may have attempted in between.
     *
     * @param sharedUntilMs epoch milliseconds until which attempts of the former owner may have started
     * @return false if the queue belonged to this assignment already
     */
    public boolean takeOver(PartitionAssignment by, DeliveryLimits limits, long sharedUntilMs) {
        if (owner == by) {
            return false;
        }
        owner = by;
        rate = null;
        postponedUntilMs = 0;
        resetCircuit();
        apply(limits, sharedUntilMs);
        return true;
    }

    /** @param sharedUntilMs epoch milliseconds until which attempts may have started that this queue did not count */
    public void apply(DeliveryLimits limits, long sharedUntilMs) {
        int most = setup.maxConcurrency();
        concurrency = limits.maxInFlight() > 0 ? Math.min(limits.maxInFlight(), most) : most;
        RateLimit limit = limits.rate();
        boolean isSame = rate != null && rate.limit.equals(limit);
        if (rate != null && !isSame) {
            postponedUntilMs = 0;
        }
        if (limit == null) {
            rate = null;
        } else if (!isSame) {
            rate = new SlidingWindowRateLimiter(limit, sharedUntilMs);
        }
    }

    /**
     * When a delivery that finds no room here should come back. With a rate limit it comes when a permit will be
     * free for it, so that it is moved once and not each minute; with an open circuit, after its pause.
     *
     * @return epoch milliseconds
     */
    public long postpone(long nowMs) {
        double waitMs = Math.max(estimatedWaitMs(nowMs), (double) (circuit().pausedUntilMs() - nowMs));
        if (rate == null && circuit().state(nowMs) == CircuitBreaker.State.CLOSED) {
            return nowMs + (long) waitMs;
        }
        double intervalMs = rate == null ? POSTPONED_INTERVAL_MS : rate.limit.intervalMs();
        postponedUntilMs = Math.max(postponedUntilMs, nowMs + waitMs) + intervalMs;
        return (long) postponedUntilMs;
    }

    /** Milliseconds until the last postponed delivery should be attempted; new deliveries belong behind it. */
    public double postponedForMs(long nowMs) {
        return Math.max(0, postponedUntilMs - nowMs);
    }

    @Override
    boolean isIdle(long nowMs) {
        return super.isIdle(nowMs) && postponedForMs(nowMs) == 0 && (rate == null || rate.isUnused(nowMs));
    }
}
