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

    /** A place is free again; the line whose turn it is, if any waits. */
    @Nullable
    Line release(String name) {
        Host host = hosts.get(name);
        if (host == null) {
            return null;
        }
        host.inFlight--;
        if (host.waiting.isEmpty()) {
            if (host.inFlight == 0) {
                hosts.remove(name);
            }
            return null;
        }
        Line next = host.waiting.iterator().next();
        host.waiting.remove(next);
        return next;
    }
}
