package io.kurier.model.webhook;

import io.kurier.model.event.EventPattern;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * How many webhooks an event has, without naming them as {@link WebhookIndex} does: a look-up for each dot of its type,
 * whatever there is of webhooks. One thread puts, in the order of changes; any asks.
 */
public final class WebhookCounts {
    private final Map<String, Webhook> byId = new ConcurrentHashMap<>();
    /** Of a tenant's pattern: the webhooks that want it by that pattern. */
    private final Map<Place, Integer> byPattern = new ConcurrentHashMap<>();

    private record Place(String tenant, String pattern) {}

    /** @param webhook null when it was deleted */
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

    /** Those that no other one covers: of these not two match the same type, so that a webhook counts once. */
    private static Set<EventPattern> distinct(List<EventPattern> patterns) {
        Set<EventPattern> kept = new HashSet<>(patterns);
        kept.removeIf(one -> patterns.stream().anyMatch(other -> !other.equals(one) && other.matches(one.text())));
        return kept;
    }

    /** Of all tenants. */
    public int all() {
        return byId.size();
    }

    /** Of those that want events of that type, whether or not they have a condition besides. */
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
