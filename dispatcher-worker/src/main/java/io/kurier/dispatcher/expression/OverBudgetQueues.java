package io.kurier.dispatcher.expression;

import io.kurier.dispatcher.lane.WebhookQueue;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Lines whose expressions wait for their tenant's share of the loop's time, by tenant in turn. The event loop's. */
final class OverBudgetQueues {
    /** Lines of one tenant that wait, each with a few deliveries; more are postponed. */
    static final int MAX = 8;

    private final ExpressionBudget time;
    private final Map<String, Set<WebhookQueue>> byTenant = new LinkedHashMap<>();

    OverBudgetQueues(ExpressionBudget time) {
        this.time = time;
    }

    void add(String tenant, WebhookQueue line) {
        byTenant.computeIfAbsent(tenant, name -> new LinkedHashSet<>()).add(line);
    }

    boolean isFull(String tenant) {
        return byTenant.getOrDefault(tenant, Set.of()).size() >= MAX;
    }

    /** Lets lines go on whose tenants have time again; a line may come back meanwhile. */
    void refresh(Consumer<WebhookQueue> begin) {
        for (String tenant : List.copyOf(byTenant.keySet())) {
            Set<WebhookQueue> lines = byTenant.getOrDefault(tenant, Set.of());
            boolean beganAny = false;
            while (!lines.isEmpty() && !time.isSpent(tenant)) {
                WebhookQueue next = lines.iterator().next();
                lines.remove(next);
                begin.accept(next);
                beganAny = true;
            }
            if (beganAny) {
                // what all of them have together is another's first next time
                byTenant.remove(tenant);
                if (!lines.isEmpty()) {
                    byTenant.put(tenant, lines);
                }
            }
        }
    }
}
