package io.kurier.dispatcher.lane;

import io.kurier.dispatcher.waiting.WaitCounts;
import io.kurier.dispatcher.waiting.WaitingPlace;
import io.kurier.model.tenant.AdHocWebhook;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The queues of one path, made when needed and dropped when idle. Event loop only.
 *
 * @param <Q> the path's kind of queue
 */
public final class WebhookQueues<Q extends WebhookQueue> implements WaitingPlace {
    /** Publishers can name as many URLs as they like; beyond this, the longest unused are forgotten once they are empty. */
    static final int MAX_AD_HOC = 10_000;

    private final BiFunction<String, @Nullable AdHocWebhook, Q> newQueue;
    private final Map<String, Q> byWebhook = new HashMap<>();
    /** In the order of last use, the longest unused first. */
    private final Map<String, Q> adHoc = new LinkedHashMap<>(16, 0.75f, true);

    /** @param newQueue from a webhook's id and, for an ad-hoc webhook, that webhook */
    public WebhookQueues(BiFunction<String, @Nullable AdHocWebhook, Q> newQueue) {
        this.newQueue = newQueue;
    }

    /** The queue of a registered webhook. */
    public Q of(String webhookId) {
        return byWebhook.computeIfAbsent(webhookId, id -> newQueue.apply(id, null));
    }

    /** @param webhook null for a registered webhook */
    public Q of(String webhookId, @Nullable AdHocWebhook webhook) {
        return webhook == null ? of(webhookId) : adHoc.computeIfAbsent(webhookId, id -> newQueue.apply(id, webhook));
    }

    /** The queue of a registered webhook, if there is one now. */
    public @Nullable Q find(String webhookId) {
        return byWebhook.get(webhookId);
    }

    /** Queues of ad-hoc webhooks that the tenant's events name. */
    public List<Q> adHocOf(String tenant) {
        return adHoc.values().stream()
                .filter(queue -> queue.adHoc != null && queue.adHoc.tenant().equals(tenant))
                .toList();
    }

    public void dropIdle(long nowMs) {
        byWebhook.values().removeIf(queue -> queue.isIdle(nowMs));
        adHoc.values().removeIf(queue -> queue.isIdle(nowMs));
        int tooMany = adHoc.size() - MAX_AD_HOC;
        for (Iterator<Q> queues = adHoc.values().iterator(); tooMany > 0 && queues.hasNext(); ) {
            if (queues.next().isEmpty()) {
                queues.remove();
                tooMany--;
            }
        }
    }

    private Stream<Q> all() {
        return Stream.concat(byWebhook.values().stream(), adHoc.values().stream());
    }

    /** Number of queues whose circuit is open or half-open. */
    public int openCircuits(long nowMs) {
        return (int) all().filter(queue -> queue.circuit().state(nowMs) != CircuitBreaker.State.CLOSED)
                .count();
    }

    @Override
    public void countInto(WaitCounts counts) {
        all().forEach(queue -> counts.add(queue.waitsFor(), queue.waiting()));
    }
}
