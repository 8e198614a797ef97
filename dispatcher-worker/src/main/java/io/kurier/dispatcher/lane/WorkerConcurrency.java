package io.kurier.dispatcher.lane;

import io.kurier.sender.AttemptResult;

/** Limits the attempts in flight: in this worker, through its forward proxy, and to each host. Event loop only. */
public final class WorkerConcurrency {
    private final ProxyCircuitBreaker proxy;
    private final HostConcurrency hosts;
    private int inFlight;

    public WorkerConcurrency(ProxyCircuitBreaker proxy, HostConcurrency hosts) {
        this.proxy = proxy;
        this.hosts = hosts;
    }

    /** Whether one more attempt may start, as far as the worker and its proxy go. */
    public boolean hasPlace(long nowMs) {
        return inFlight < proxy.limit(nowMs);
    }

    /** @param name of the receiver's host, as in its URL */
    public HostConcurrency.Host host(String name) {
        return hosts.of(name);
    }

    public void attemptStarted(HostConcurrency.Host host) {
        inFlight++;
        host.attemptStarted();
    }

    /** @param startedAtMs epoch milliseconds */
    public void attemptEnded(HostConcurrency.Host host, AttemptResult result, long startedAtMs, long nowMs) {
        inFlight--;
        host.attemptEnded();
        proxy.ended(result, startedAtMs, nowMs);
    }

    public int inFlight() {
        return inFlight;
    }

    public void dropIdle() {
        hosts.dropIdle();
    }
}
