package io.kurier.dispatcher.lane;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How many attempts are in flight to each host, whatever their webhooks, and who waits for a place there. The event loop's. */
public final class HostConcurrency {
    /** One host. Not to be kept by who has no place and waits for none. */
    public static final class Host {
        private final int places;
        private int inFlight;
        private final Set<WebhookQueue> waiting = new LinkedHashSet<>();

        private Host(int places) {
            this.places = places;
        }

        public boolean hasRoom() {
            return inFlight < places;
        }

        public void take() {
            inFlight++;
        }

        public void release() {
            inFlight--;
        }

        /** The line waits its turn; once, however often it is said. */
        public void await(WebhookQueue line) {
            waiting.add(line);
        }

        /** Whose turn it is while there is a free place; it waits no more. Null when nobody waits or no place is free. */
        @Nullable
        public WebhookQueue next() {
            if (!hasRoom() || waiting.isEmpty()) {
                return null;
            }
            WebhookQueue next = waiting.iterator().next();
            waiting.remove(next);
            return next;
        }

        private boolean isIdle() {
            return inFlight == 0 && waiting.isEmpty();
        }
    }

    private final int places;
    private final Map<String, Host> hosts = new HashMap<>();

    public HostConcurrency(int places) {
        this.places = places;
    }

    public Host of(String name) {
        return hosts.computeIfAbsent(name, n -> new Host(places));
    }

    public void dropIdle() {
        hosts.values().removeIf(Host::isIdle);
    }
}
