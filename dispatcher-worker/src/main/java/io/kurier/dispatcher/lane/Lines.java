package io.kurier.dispatcher.lane;

import io.kurier.model.tenant.OneOff;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The lines of one way, made when needed and dropped when idle. The event loop's. */
public final class Lines {
    /** Receivers that events name themselves are as many as publishers like; of more the eldest are forgotten, once empty. */
    static final int MAX_ONE_OFFS = 10_000;

    private final int places;
    private final Circuit.Rules circuits;
    private final RunningTime time;
    private final Line.Way way;
    private final Map<String, Line> byWebhook = new HashMap<>();
    /** The one asked for longest ago first. */
    private final Map<String, Line> oneOffs = new LinkedHashMap<>(16, 0.75f, true);

    public Lines(int places, Circuit.Rules circuits, RunningTime time, Line.Way way) {
        this.places = places;
        this.circuits = circuits;
        this.time = time;
        this.way = way;
    }

    public Line of(String webhookId) {
        return byWebhook.computeIfAbsent(webhookId, id -> new Line(id, places, circuits, time, way));
    }

    /** @param oneOff null for a registered webhook */
    public Line of(String webhookId, @Nullable OneOff oneOff) {
        return oneOff == null
                ? of(webhookId)
                : oneOffs.computeIfAbsent(webhookId, id -> new Line(id, oneOff, places, circuits, time, way));
    }

    /** Of a registered webhook. */
    @Nullable
    public Line find(String webhookId) {
        return byWebhook.get(webhookId);
    }

    /** Of the receivers that this tenant's events name themselves. */
    public List<Line> oneOffsOf(String tenant) {
        return oneOffs.values().stream()
                .filter(line -> line.oneOff != null && line.oneOff.tenant().equals(tenant))
                .toList();
    }

    public void dropIdle(long nowMs) {
        byWebhook.values().removeIf(line -> line.isIdle(nowMs));
        oneOffs.values().removeIf(line -> line.isIdle(nowMs));
        int tooMany = oneOffs.size() - MAX_ONE_OFFS;
        for (Iterator<Line> lines = oneOffs.values().iterator(); tooMany > 0 && lines.hasNext(); ) {
            if (lines.next().isEmpty()) {
                lines.remove();
                tooMany--;
            }
        }
    }

    private Stream<Line> all() {
        return Stream.concat(byWebhook.values().stream(), oneOffs.values().stream());
    }

    public int openCircuits(long nowMs) {
        return (int) all().filter(line -> line.circuit().state(nowMs) != Circuit.State.CLOSED)
                .count();
    }

    public int waiting() {
        return all().mapToInt(Line::waiting).sum();
    }
}
