package io.kurier.dispatcher;

import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The lines of one way, made when needed and dropped when idle. The event loop's. */
final class Lines {
    private final int places;
    private final Circuit.Rules circuits;
    private final RunningTime time;
    private final Line.Way way;
    private final Map<String, Line> byWebhook = new HashMap<>();

    Lines(int places, Circuit.Rules circuits, RunningTime time, Line.Way way) {
        this.places = places;
        this.circuits = circuits;
        this.time = time;
        this.way = way;
    }

    Line of(String webhookId) {
        return byWebhook.computeIfAbsent(webhookId, id -> new Line(id, places, circuits, time, way));
    }

    @Nullable
    Line find(String webhookId) {
        return byWebhook.get(webhookId);
    }

    void dropIdle(long nowMs) {
        for (Iterator<Line> lines = byWebhook.values().iterator(); lines.hasNext(); ) {
            if (lines.next().isIdle(nowMs)) {
                lines.remove();
            }
        }
    }

    int openCircuits(long nowMs) {
        return (int) byWebhook.values().stream()
                .filter(line -> line.circuit().state(nowMs) != Circuit.State.CLOSED)
                .count();
    }

    int waiting() {
        return byWebhook.values().stream().mapToInt(Line::waiting).sum();
    }
}
