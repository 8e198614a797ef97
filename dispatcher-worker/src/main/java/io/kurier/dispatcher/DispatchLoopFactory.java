package io.kurier.dispatcher;

import io.kurier.dispatcher.attempt.AttemptResults;
import io.kurier.dispatcher.attempt.AttemptRunner;
import io.kurier.dispatcher.attempt.TableFreshness;
import io.kurier.dispatcher.config.DispatcherConfig;
import io.kurier.dispatcher.delivery.WebhookResolver;
import io.kurier.dispatcher.expression.Expressions;
import io.kurier.dispatcher.lane.HostConcurrency;
import io.kurier.dispatcher.lane.PauseTolerantClock;
import io.kurier.dispatcher.lane.ProxyCircuitBreaker;
import io.kurier.dispatcher.lane.WorkerConcurrency;
import io.kurier.dispatcher.outcome.DeliverySettler;
import io.kurier.dispatcher.outcome.OutcomeCommitter;
import io.kurier.dispatcher.outcome.OutcomeRecords;
import io.kurier.dispatcher.routing.EventRouter;
import io.kurier.dispatcher.routing.LaneRouter;
import io.kurier.dispatcher.routing.RoutingContext;
import io.kurier.model.retry.RetryTiers;
import io.kurier.model.tenant.Tenant;
import io.kurier.model.webhook.WebhookIndex;
import io.kurier.runtime.time.ProcessClock;
import io.kurier.runtime.transactions.BatchWriter;
import io.kurier.schemas.CircuitRecord;
import io.kurier.sender.RequestSender;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** Wires a {@link DispatchLoop} from everything that lies outside the worker's decisions. */
final class DispatchLoopFactory {
    /**
     * Where the event loop meets the rest of the process: clocks, chance, requests, commits, threads.
     *
     * @param loop runs tasks on the event loop, in order
     * @param transactions runs tasks on the one thread that commits
     * @param onFailure called with the error that ends the worker
     */
    record Surroundings(
            ProcessClock clock,
            RandomGenerator chance,
            RequestSender sender,
            BatchWriter writer,
            Executor loop,
            Executor transactions,
            Consumer<Throwable> onFailure,
            MeterRegistry metrics) {}

    /**
     * The event loop's view of the control topics.
     *
     * @param unconfirmedFor how long ago the tables were last known to be complete
     * @param circuits from a webhook's id to its circuit as the lane's last owner left it
     * @param tenants from a tenant's id to its settings
     */
    record Tables(
            Supplier<Duration> unconfirmedFor,
            Function<String, Optional<CircuitRecord>> circuits,
            Function<String, Optional<Tenant>> tenants) {}

    private DispatchLoopFactory() {}

    static DispatchLoop newLoop(
            DispatcherConfig config, RetryTiers tiers, OutcomeRecords records, Tables tables, Surroundings with) {
        ProcessClock clock = with.clock();
        MeterRegistry metrics = with.metrics();
        PauseTolerantClock loopClock = new PauseTolerantClock(clock::nanoTime, DispatchLoop.TURN);
        OutcomeCommitter committer = new OutcomeCommitter(
                with.loop(),
                with.transactions(),
                with.writer(),
                config.commitInterval(),
                clock::nanoTime,
                with.onFailure());
        DeliverySettler settler = new DeliverySettler(records, committer, metrics);
        TableFreshness freshness = new TableFreshness(tables.unconfirmedFor());
        Expressions expressions = new Expressions(clock::nanoTime, metrics);
        WebhookIndex webhooks = new WebhookIndex();
        WebhookResolver resolver = new WebhookResolver(webhooks, tables.tenants());
        AttemptRunner attempts = new AttemptRunner(
                clock,
                loopClock,
                with.sender(),
                resolver,
                expressions,
                freshness,
                new WorkerConcurrency(
                        new ProxyCircuitBreaker(config.sender().isProxied(), config.circuits(), config.maxInFlight()),
                        new HostConcurrency(config.hostConcurrency())),
                settler,
                new AttemptResults(settler, config.maxRetryAfter(), with.chance(), metrics),
                metrics);
        RoutingContext context = new RoutingContext(
                config, clock, loopClock, resolver, freshness, attempts, expressions, settler, committer);
        DispatchLoop.Parts parts = new DispatchLoop.Parts(
                clock,
                loopClock,
                with.sender(),
                webhooks,
                freshness,
                expressions,
                settler,
                committer,
                attempts,
                new EventRouter(context, webhooks),
                new LaneRouter(context, tiers, tables.circuits()));
        return new DispatchLoop(parts, config.drainTimeout(), metrics);
    }
}
