package io.kurier.dispatcher.attempt;

import io.kurier.dispatcher.lane.WebhookQueue;
import io.kurier.dispatcher.waiting.WaitReason;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Queues that cannot start their next attempt for a reason that ends with time or with another queue's attempt: stale tables, no
 * free place in the worker, a rate limit or an open circuit. Event loop only.
 */
final class BlockedQueues {
    private final Set<WebhookQueue> byStaleTables = new LinkedHashSet<>();
    /** A queue keeps its turn here while it is looked at, so it may wait for something else by the time its turn comes. */
    private final Set<WebhookQueue> byWorkerConcurrency = new LinkedHashSet<>();

    private final Set<WebhookQueue> paused = new LinkedHashSet<>();

    void add(WebhookQueue queue, WaitReason reason) {
        Set<WebhookQueue> set = set(reason);
        if (set != null) {
            set.add(queue);
        }
    }

    /** The caller tries to start the queue, so it is not blocked until {@link #add} is called again. */
    void remove(WebhookQueue queue) {
        WaitReason reason = queue.waitsFor();
        Set<WebhookQueue> set = set(reason);
        if (set != null && reason != WaitReason.WORKER_CONCURRENCY) {
            set.remove(queue);
        }
        queue.waitsFor(WaitReason.QUEUE);
    }

    private @Nullable Set<WebhookQueue> set(WaitReason reason) {
        return switch (reason) {
            case STALE_TABLES -> byStaleTables;
            case WORKER_CONCURRENCY -> byWorkerConcurrency;
            case RATE_LIMIT, CIRCUIT -> paused;
            default -> null;
        };
    }

    List<WebhookQueue> byStaleTables() {
        return byStaleTables.isEmpty() ? List.of() : List.copyOf(byStaleTables);
    }

    /** Takes out the queue that has waited longest for a place in the worker. */
    @Nullable
    WebhookQueue takeNextForWorker() {
        for (Iterator<WebhookQueue> queues = byWorkerConcurrency.iterator(); queues.hasNext(); ) {
            WebhookQueue next = queues.next();
            queues.remove();
            if (next.waitsFor() == WaitReason.WORKER_CONCURRENCY) {
                return next;
            }
        }
        return null;
    }

    /** Queues whose pause is over. */
    List<WebhookQueue> resumable(long nowMs) {
        return paused.isEmpty()
                ? List.of()
                : paused.stream().filter(queue -> queue.pauseMs(nowMs) <= 0).toList();
    }
}
