package io.kurier.dispatcher.lane;

import io.kurier.model.tenant.AdHocWebhook;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The lines of one way, made when needed and dropped when idle. The event loop's. */
public final class WebhookQueues {
    /** Receivers that events name themselves are as many as publishers like; of more the eldest are forgotten, once empty. */
    static final int MAX_ONE_OFFS = 10_000;

    private final int places;
    private final CircuitBreaker.Rules circuits;
    private final PauseTolerantClock time;
    private final WebhookQueue.Way way;
    private final Map<String, WebhookQueue> byWebhook = new HashMap<>();
    /** The one asked for longest ago first. */
    private final Map<String, WebhookQueue> oneOffs = new LinkedHashMap<>(16, 0.75f, true);

    public WebhookQueues(int places, CircuitBreaker.Rules circuits, PauseTolerantClock time, WebhookQueue.Way way) {
        this.places = places;
        this.circuits = circuits;
        this.time = time;
        this.way = way;
    }

    public WebhookQueue of(String webhookId) {
        return byWebhook.computeIfAbsent(webhookId, id -> new WebhookQueue(id, places, circuits, time, way));
    }

    /** @param oneOff null for a registered webhook */
    public WebhookQueue of(String webhookId, @Nullable AdHocWebhook oneOff) {
        return oneOff == null
                ? of(webhookId)
                : oneOffs.computeIfAbsent(webhookId, id -> new WebhookQueue(id, oneOff, places, circuits, time, way));
    }

    /** Of a registered webhook. */
    @Nullable
    public WebhookQueue find(String webhookId) {
        return byWebhook.get(webhookId);
    }

    /** Of the receivers that this tenant's events name themselves. */
    public List<WebhookQueue> oneOffsOf(String tenant) {
        return oneOffs.values().stream()
                .filter(line -> line.oneOff != null && line.oneOff.tenant().equals(tenant))
                .toList();
    }

    public void dropIdle(long nowMs) {
        byWebhook.values().removeIf(line -> line.isIdle(nowMs));
        oneOffs.values().removeIf(line -> line.isIdle(nowMs));
        int tooMany = oneOffs.size() - MAX_ONE_OFFS;
        for (Iterator<WebhookQueue> lines = oneOffs.values().iterator(); tooMany > 0 && lines.hasNext(); ) {
            if (lines.next().isEmpty()) {
                lines.remove();
                tooMany--;
            }
        }
    }

    private Stream<WebhookQueue> all() {
        return Stream.concat(byWebhook.values().stream(), oneOffs.values().stream());
    }

    public int openCircuits(long nowMs) {
        return (int) all().filter(line -> line.circuit().state(nowMs) != CircuitBreaker.State.CLOSED)
                .count();
    }

    public int waiting() {
        return all().mapToInt(WebhookQueue::waiting).sum();
    }
}
