package io.kurier.model.webhook;

import io.kurier.model.event.EventPattern;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the webhooks that match an event. A look-up costs one hash access, because results are cached per tenant and type
 * until a webhook of the tenant changes; a change costs one access per pattern. One thread only.
 */
public final class WebhookIndex {
    private static final int MAX_REMEMBERED_TYPES = 1_000;

    private final Map<String, Webhook> byId = new HashMap<>();
    private final Map<String, TenantWebhooks> byTenant = new HashMap<>();

    /** The webhook with this id; null when there is none. */
    public @Nullable Webhook get(String id) {
        return byId.get(id);
    }

    /**
     * Records a change.
     *
     * @param webhook null when it was deleted
     */
    public void put(String id, @Nullable Webhook webhook) {
        Webhook old = webhook == null ? byId.remove(id) : byId.put(id, webhook);
        if (old != null) {
            tenant(old.tenant()).remove(old);
        }
        if (webhook != null) {
            tenant(webhook.tenant()).add(webhook);
        }
    }

    /** The tenant's webhooks whose patterns match the type, in the order of their numbers. */
    public List<Webhook> match(String tenant, String type) {
        TenantWebhooks webhooks = byTenant.get(tenant);
        return webhooks == null ? List.of() : webhooks.match(type);
    }

    private TenantWebhooks tenant(String tenant) {
        return byTenant.computeIfAbsent(tenant, t -> new TenantWebhooks());
    }

    private static final class TenantWebhooks {
        private final Map<String, Set<Webhook>> byPattern = new HashMap<>();
        private final Map<String, List<Webhook>> remembered = new LinkedHashMap<>();

        void add(Webhook webhook) {
            remembered.clear();
            for (EventPattern pattern : webhook.events()) {
                byPattern
                        .computeIfAbsent(pattern.text(), p -> new LinkedHashSet<>())
                        .add(webhook);
            }
        }

        void remove(Webhook webhook) {
            remembered.clear();
            for (EventPattern pattern : webhook.events()) {
                Set<Webhook> same = byPattern.get(pattern.text());
                if (same != null && same.remove(webhook) && same.isEmpty()) {
                    byPattern.remove(pattern.text());
                }
            }
        }

        List<Webhook> match(String type) {
            List<Webhook> known = remembered.get(type);
            if (known != null) {
                return known;
            }
            if (remembered.size() >= MAX_REMEMBERED_TYPES) {
                remembered.clear();
            }
            List<Webhook> found = find(type);
            remembered.put(type, found);
            return found;
        }

        private List<Webhook> find(String type) {
            Set<Webhook> found = new LinkedHashSet<>(byPattern.getOrDefault("*", Set.of()));
            found.addAll(byPattern.getOrDefault(type, Set.of()));
            for (int dot = type.indexOf('.'); dot >= 0; dot = type.indexOf('.', dot + 1)) {
                found.addAll(byPattern.getOrDefault(type.substring(0, dot) + ".*", Set.of()));
            }
            List<Webhook> ordered = new ArrayList<>(found);
            ordered.sort(Comparator.comparingLong(Webhook::number));
            return List.copyOf(ordered);
        }
    }
}
