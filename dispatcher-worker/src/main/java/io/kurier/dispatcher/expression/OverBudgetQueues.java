package io.kurier.dispatcher.expression;

import io.kurier.dispatcher.lane.WebhookQueue;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Queues that wait for their tenant's share of the event loop's time, tenant by tenant. Event loop only. */
final class OverBudgetQueues {
    /** Queues of one tenant that may wait, each with a few deliveries; deliveries of others are postponed. */
    static final int MAX = 8;

    private final ExpressionBudget budget;
    private final Map<String, Set<WebhookQueue>> byTenant = new LinkedHashMap<>();

    OverBudgetQueues(ExpressionBudget budget) {
        this.budget = budget;
    }

    void add(String tenant, WebhookQueue queue) {
        byTenant.computeIfAbsent(tenant, name -> new LinkedHashSet<>()).add(queue);
    }

    boolean isFull(String tenant) {
        return byTenant.getOrDefault(tenant, Set.of()).size() >= MAX;
    }

    /** Starts the queues whose tenants have time again; a queue may come back meanwhile. */
    void wake(Consumer<WebhookQueue> start) {
        for (String tenant : List.copyOf(byTenant.keySet())) {
            Set<WebhookQueue> queues = byTenant.getOrDefault(tenant, Set.of());
            boolean startedAny = false;
            while (!queues.isEmpty() && !budget.isSpent(tenant)) {
                WebhookQueue next = queues.iterator().next();
                queues.remove(next);
                start.accept(next);
                startedAny = true;
            }
            if (startedAny) {
                // next time another tenant comes first, since all tenants share one part of the budget
                byTenant.remove(tenant);
                if (!queues.isEmpty()) {
                    byTenant.put(tenant, queues);
                }
            }
        }
    }
}
