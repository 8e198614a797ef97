package io.kurier.dispatcher.routing;

import io.kurier.dispatcher.attempt.AttemptRunner;
import io.kurier.dispatcher.attempt.TableFreshness;
import io.kurier.dispatcher.config.DispatcherConfig;
import io.kurier.dispatcher.delivery.WebhookResolver;
import io.kurier.dispatcher.expression.Expressions;
import io.kurier.dispatcher.lane.CircuitBreaker;
import io.kurier.dispatcher.lane.PauseTolerantClock;
import io.kurier.dispatcher.lane.WebhookQueue;
import io.kurier.dispatcher.outcome.DeliverySettler;
import io.kurier.dispatcher.outcome.OutcomeCommitter;
import io.kurier.runtime.time.ProcessClock;

/** The collaborators that the routers of both paths share. */
public record RoutingContext(
        DispatcherConfig config,
        ProcessClock clock,
        PauseTolerantClock loopClock,
        WebhookResolver webhooks,
        TableFreshness tables,
        AttemptRunner attempts,
        Expressions expressions,
        DeliverySettler settler,
        OutcomeCommitter committer) {
    WebhookQueue.Setup queueSetup(CircuitBreaker.Rules circuits) {
        return new WebhookQueue.Setup(config.webhookConcurrency(), circuits, loopClock);
    }
}
