package io.kurier.dispatcher.lane;

import io.kurier.sender.AttemptResult;
import java.util.Set;

/**
 * A worker's circuit breaker for its forward proxy. While the proxy fails, the worker pauses and then
 * probes it with one attempt at a time, so that an outage of the proxy does not use up the attempts of every webhook. Waiting deliveries move to lanes and retry tiers
 * meanwhile. Without a proxy it limits only the attempts in flight. Event loop only.
 */
public final class ProxyCircuitBreaker {
    /** Errors of attempts that never reached the proxy. */
    private static final Set<String> BEFORE_PROXY = Set.of("dns", "address");

    private static final AttemptResult SUCCESS = AttemptResult.answered(200, null);

    private final boolean hasProxy;
    private final int maxInFlight;
    private final CircuitBreaker circuit;

    /**
     * @param hasProxy whether attempts go through a forward proxy
     * @param rules of the webhooks' circuits; the proxy's pause does not grow
     * @param maxInFlight attempts that may be in flight while the proxy works, or if there is none
     */
    public ProxyCircuitBreaker(boolean hasProxy, CircuitBreaker.Rules rules, int maxInFlight) {
        this.hasProxy = hasProxy;
        this.maxInFlight = maxInFlight;
        this.circuit = new CircuitBreaker(rules.pausing(rules.shortestPause()), maxInFlight);
    }

    /** How many attempts may be in flight now. */
    public int limit(long nowMs) {
        return hasProxy ? circuit.limit(maxInFlight, nowMs) : maxInFlight;
    }

    /** An attempt that started at {@code startedAtMs} ended now; both are epoch milliseconds. */
    public void ended(AttemptResult result, long startedAtMs, long nowMs) {
        String error = result.error();
        if (hasProxy && (error == null || !BEFORE_PROXY.contains(error))) {
            boolean isProxyWell = !AttemptResult.PROXY.equals(error);
            circuit.ended(isProxyWell ? SUCCESS : result, isProxyWell, startedAtMs, nowMs);
        }
    }
}
