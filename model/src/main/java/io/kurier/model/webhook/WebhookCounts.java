package io.kurier.model.webhook;

import io.kurier.model.event.EventPattern;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Counts the webhooks that match an event, at the cost of one look-up per dot in its type, however many webhooks there are.
 * {@link WebhookIndex} lists them. One thread calls {@link #put}, in the order of changes; any thread may read.
 */
public final class WebhookCounts {
    private final Map<String, Webhook> byId = new ConcurrentHashMap<>();
    /** The number of webhooks by tenant and pattern. */
    private final Map<Place, Integer> byPattern = new ConcurrentHashMap<>();

    private record Place(String tenant, String pattern) {}

    /**
     * Records a change.
     *
     * @param webhook null when it was deleted
     */
    public void put(String id, @Nullable Webhook webhook) {
        Webhook old = webhook == null ? byId.remove(id) : byId.put(id, webhook);
        if (old != null) {
            add(old, -1);
        }
        if (webhook != null) {
            add(webhook, 1);
        }
    }

    private void add(Webhook webhook, int change) {
        for (EventPattern pattern : distinct(webhook.events())) {
            byPattern.merge(new Place(webhook.tenant(), pattern.text()), change, (known, more) -> {
                int sum = known + more;
                return sum == 0 ? null : sum;
            });
        }
    }

    /** Patterns that no other pattern covers. No two of them match the same type, so each webhook counts once. */
    private static Set<EventPattern> distinct(List<EventPattern> patterns) {
        Set<EventPattern> kept = new HashSet<>(patterns);
        kept.removeIf(one -> patterns.stream().anyMatch(other -> !other.equals(one) && other.matches(one.text())));
        return kept;
    }

    /** The number of webhooks of all tenants. */
    public int all() {
        return byId.size();
    }

    /** The number of the tenant's webhooks whose patterns match the type. Conditions are not considered. */
    public int of(String tenant, String type) {
        int count = count(tenant, "*") + count(tenant, type);
        for (int dot = type.indexOf('.'); dot >= 0; dot = type.indexOf('.', dot + 1)) {
            count += count(tenant, type.substring(0, dot) + ".*");
        }
        return count;
    }

    private int count(String tenant, String pattern) {
        return byPattern.getOrDefault(new Place(tenant, pattern), 0);
    }
}
