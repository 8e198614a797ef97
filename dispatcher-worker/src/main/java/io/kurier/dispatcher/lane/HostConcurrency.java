package io.kurier.dispatcher.lane;

import io.kurier.dispatcher.waiting.WaitReason;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Limits the attempts in flight to each host, whatever their webhooks, and knows which queues wait for a host. Event loop only. */
public final class HostConcurrency {
    /** One host. Only to be kept by a caller with an attempt in flight there. */
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

        /** The queue whose turn it is, taken out; null if no queue waits or there is no room. */
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
