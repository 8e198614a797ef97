package io.kurier.dispatcher.lane;

import io.kurier.sender.AttemptResult;
import java.util.Set;

/**
 * A worker's circuit for its forward proxy: while the proxy does not work nothing is sent but one attempt at a time, so that
 * its outage costs no webhook its attempts. What waits goes to lanes and tiers meanwhile. The event loop's.
 */
public final class ProxyCircuitBreaker {
    /** Ends before the proxy is asked for anything. */
    private static final Set<String> BEFORE_PROXY = Set.of("dns", "address");

    private static final AttemptResult WORKS = AttemptResult.answered(200, null);

    private final boolean isUsed;
    private final int places;
    private final CircuitBreaker circuit;

    /** @param places attempts that may be in flight while it works, or while there is no proxy */
    public ProxyCircuitBreaker(boolean isUsed, CircuitBreaker.Rules rules, int places) {
        this.isUsed = isUsed;
        this.places = places;
        this.circuit = new CircuitBreaker(rules.pausing(rules.shortestPause()), places);
    }

    public int places(long nowMs) {
        return isUsed ? circuit.limit(places, nowMs) : places;
    }

    public void ended(AttemptResult result, long beganAtMs, long nowMs) {
        String error = result.error();
        if (isUsed && (error == null || !BEFORE_PROXY.contains(error))) {
            boolean works = !AttemptResult.PROXY.equals(error);
            circuit.ended(works ? WORKS : result, works, beganAtMs, nowMs);
        }
    }
}
