package io.kurier.dispatcher.lane;

import io.kurier.model.tenant.AdHocWebhook;
import org.jspecify.annotations.Nullable;

/**
 * The queue of a webhook on the direct path. Each worker has one of its own, so it has no rate limit, and its circuit only
 * decides whether this worker leaves the webhook to its lane for a while. Event loop only.
 */
public final class DirectQueue extends WebhookQueue {
    private final Listener<DirectQueue> listener;
    private long parksUntilMs;

    public DirectQueue(String webhookId, @Nullable AdHocWebhook adHoc, Setup setup, Listener<DirectQueue> listener) {
        super(webhookId, adHoc, setup);
        this.listener = listener;
    }

    @Override
    public boolean ownsCircuit() {
        return false;
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
        return setup.maxConcurrency();
    }

    @Override
    double rateWaitMs(int before, long nowMs) {
        return 0;
    }

    @Override
    void useRate(long nowMs) {}

    @Override
    void returnRate() {}

    /** Whether new deliveries of the webhook go to its lane now, so that they do not overtake what was parked before. */
    public boolean isParking(long nowMs) {
        return nowMs < parksUntilMs;
    }

    /** @param untilMs epoch milliseconds; an earlier end than the one known is ignored */
    public void parkUntil(long untilMs) {
        parksUntilMs = Math.max(parksUntilMs, untilMs);
        // the average will be out of date by then
        forgetPace();
    }

    @Override
    boolean isIdle(long nowMs) {
        return super.isIdle(nowMs) && !isParking(nowMs);
    }
}
