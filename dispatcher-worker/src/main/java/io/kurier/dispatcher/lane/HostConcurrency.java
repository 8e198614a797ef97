package io.kurier.dispatcher.lane;

import io.kurier.dispatcher.waiting.WaitReason;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Limits the attempts in flight to each host, over all webhooks there, and keeps the queues that wait for a host. Event loop
 * only.
 */
public final class HostConcurrency {
    /** One host. Callers keep it only while they have an attempt in flight there, because idle hosts are dropped. */
    public static final class Host {
        private final int limit;
        private final Set<WebhookQueue> waiting = new LinkedHashSet<>();
        private int inFlight;

        private Host(int limit) {
            this.limit = limit;
        }

        public boolean hasRoom() {
            return inFlight < limit;
        }

        public void attemptStarted() {
            inFlight++;
        }

        public void attemptEnded() {
            inFlight--;
        }

        /** The queue waits until {@link #next} returns it. */
        public void await(WebhookQueue queue) {
            waiting.add(queue);
        }

        /** Removes and returns the queue that has waited longest; null if no queue waits or the host has no room. */
        public @Nullable WebhookQueue next() {
            while (hasRoom() && !waiting.isEmpty()) {
                WebhookQueue next = waiting.iterator().next();
                waiting.remove(next);
                if (next.waitsFor() == WaitReason.HOST_CONCURRENCY) {
                    return next;
                }
            }
            return null;
        }

        private boolean isIdle() {
            return inFlight == 0 && waiting.isEmpty();
        }
    }

    private final int limit;
    private final Map<String, Host> hosts = new HashMap<>();

    /** @param limit attempts in flight to one host */
    public HostConcurrency(int limit) {
        this.limit = limit;
    }

    public Host of(String name) {
        return hosts.computeIfAbsent(name, n -> new Host(limit));
    }

    public void dropIdle() {
        hosts.values().removeIf(Host::isIdle);
    }
}
