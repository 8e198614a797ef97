package io.kurier.dispatcher;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How many attempts are in flight to each host, whatever their webhooks, and who waits for a place there. The event loop's. */
final class HostPlaces {
    private static final class Host {
        private int inFlight;
        private final Set<Line> waiting = new LinkedHashSet<>();
    }

    private final int places;
    private final Map<String, Host> hosts = new HashMap<>();

    HostPlaces(int places) {
        this.places = places;
    }

    boolean hasRoom(String name) {
        Host host = hosts.get(name);
        return host == null || host.inFlight < places;
    }

    void take(String name) {
        hosts.computeIfAbsent(name, n -> new Host()).inFlight++;
    }

    /** The line waits its turn; once, however often it is said. */
    void await(String name, Line line) {
        hosts.computeIfAbsent(name, n -> new Host()).waiting.add(line);
    }

    void release(String name) {
        Host host = hosts.get(name);
        if (host != null && --host.inFlight == 0 && host.waiting.isEmpty()) {
            hosts.remove(name);
        }
    }

    /** Whose turn it is while there is a free place; it waits no more. Null when nobody waits or no place is free. */
    @Nullable
    Line next(String name) {
        Host host = hosts.get(name);
        if (host == null || host.inFlight >= places || host.waiting.isEmpty()) {
            return null;
        }
        Line next = host.waiting.iterator().next();
        host.waiting.remove(next);
        if (host.inFlight == 0 && host.waiting.isEmpty()) {
            hosts.remove(name);
        }
        return next;
    }
}
