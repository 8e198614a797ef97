package io.kurier.dispatcher.routing;

import io.kurier.dispatcher.attempt.AttemptRunner;
import io.kurier.dispatcher.attempt.TableFreshness;
import io.kurier.dispatcher.delivery.PendingDelivery;
import io.kurier.dispatcher.delivery.WebhookResolver;
import io.kurier.dispatcher.expression.Expressions;
import io.kurier.dispatcher.lane.QueueAdmission;
import io.kurier.dispatcher.lane.WebhookQueue;
import io.kurier.dispatcher.lane.WebhookQueues;
import io.kurier.dispatcher.offsets.PartitionAssignment;
import io.kurier.dispatcher.outcome.DeliverySettler;
import io.kurier.dispatcher.outcome.OutcomeCommitter;
import io.kurier.model.tenant.AdHocWebhook;
import io.kurier.model.webhook.Webhook;
import io.kurier.runtime.time.ProcessClock;
import org.jspecify.annotations.Nullable;

/**
 * The common part of both paths: keeps the queues, settles deliveries that must not be attempted, and applies changes of
 * webhooks and tenants. Event loop only.
 *
 * @param <Q> the path's kind of queue
 */
abstract class Router<Q extends WebhookQueue> implements WebhookQueue.Listener<Q> {
    final ProcessClock clock;
    final WebhookResolver webhooks;
    final AttemptRunner attempts;
    final Expressions expressions;
    final DeliverySettler settler;
    final OutcomeCommitter committer;
    final WebhookQueues<Q> queues;
    private final TableFreshness tables;
    private final QueueAdmission.Bounds bounds;
    private final int maxOpenOffsets;

    Router(RoutingContext context, QueueAdmission.Bounds bounds) {
        this.clock = context.clock();
        this.webhooks = context.webhooks();
        this.attempts = context.attempts();
        this.expressions = context.expressions();
        this.settler = context.settler();
        this.committer = context.committer();
        this.tables = context.tables();
        this.bounds = bounds;
        this.maxOpenOffsets = context.config().maxOpenOffsets();
        this.queues = new WebhookQueues<>(this::newQueue);
    }

    /** @param adHoc null for a registered webhook */
    abstract Q newQueue(String webhookId, @Nullable AdHocWebhook adHoc);

    public final WebhookQueues<Q> queues() {
        return queues;
    }

    /** A registered webhook was changed; null if it was deleted. */
    public void changed(String webhookId, @Nullable Webhook webhook) {
        Q queue = queues.find(webhookId);
        if (queue != null) {
            changed(queue, webhook);
        }
    }

    /** A tenant was changed, and with it perhaps the rules for its ad-hoc webhooks. */
    public final void tenantChanged(String tenant) {
        queues.adHocOf(tenant).forEach(queue -> changed(queue, webhooks.of(queue.webhookId, queue.adHoc)));
    }

    private void changed(Q queue, @Nullable Webhook webhook) {
        queue.resetCircuit();
        apply(queue, webhook);
        attempts.webhookChanged(queue, webhook);
    }

    /** Applies the webhook's settings to its queue; null if it was deleted. */
    abstract void apply(Q queue, @Nullable Webhook webhook);

    final QueueAdmission.Bounds bounds(PartitionAssignment assignment) {
        return bounds.at(assignment.offsets.openCount(), maxOpenOffsets);
    }

    final boolean mustHold(Webhook webhook) {
        return !webhook.isActive() && tables.allowsHolding();
    }

    /** @return whether the delivery must not be attempted, and is settled: it expired, or its webhook is paused or disabled */
    final boolean settleUnattempted(PendingDelivery delivery, @Nullable Webhook webhook, long nowMs) {
        if (settler.settleIfExpired(delivery, nowMs)) {
            return true;
        }
        if (webhook == null || !mustHold(webhook)) {
            return false;
        }
        settler.held(delivery, webhook, nowMs);
        return true;
    }
}
