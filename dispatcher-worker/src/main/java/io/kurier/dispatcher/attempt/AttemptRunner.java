package io.kurier.dispatcher.attempt;

import io.kurier.dispatcher.delivery.EventView;
import io.kurier.dispatcher.delivery.PendingDelivery;
import io.kurier.dispatcher.delivery.WebhookResolver;
import io.kurier.dispatcher.expression.Expressions;
import io.kurier.dispatcher.lane.CircuitBreaker;
import io.kurier.dispatcher.lane.HostConcurrency;
import io.kurier.dispatcher.lane.PauseTolerantClock;
import io.kurier.dispatcher.lane.WebhookQueue;
import io.kurier.dispatcher.lane.WorkerConcurrency;
import io.kurier.dispatcher.outcome.DeliverySettler;
import io.kurier.dispatcher.outcome.OutcomeRecords;
import io.kurier.dispatcher.waiting.WaitCounts;
import io.kurier.dispatcher.waiting.WaitReason;
import io.kurier.dispatcher.waiting.WaitingPlace;
import io.kurier.expressions.Transform;
import io.kurier.model.webhook.Webhook;
import io.kurier.runtime.time.ProcessClock;
import io.kurier.sender.AttemptResult;
import io.kurier.sender.HttpRequestBytes;
import io.kurier.sender.RequestSender;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Starts the attempts of queues while every limit allows it; a queue that cannot go on waits for exactly one reason, and is
 * started again when that reason ends. Event loop only.
 */
public final class AttemptRunner implements WaitingPlace {
    private final ProcessClock clock;
    private final PauseTolerantClock loopClock;
    private final RequestSender sender;
    private final WebhookResolver webhooks;
    private final Expressions expressions;
    private final TableFreshness tables;
    private final WorkerConcurrency concurrency;
    private final DeliverySettler settler;
    private final AttemptResults results;
    private final BlockedQueues blocked = new BlockedQueues();
    private final Timer duration;

    public AttemptRunner(
            ProcessClock clock,
            PauseTolerantClock loopClock,
            RequestSender sender,
            WebhookResolver webhooks,
            Expressions expressions,
            TableFreshness tables,
            WorkerConcurrency concurrency,
            DeliverySettler settler,
            AttemptResults results,
            MeterRegistry metrics) {
        this.clock = clock;
        this.loopClock = loopClock;
        this.sender = sender;
        this.webhooks = webhooks;
        this.expressions = expressions;
        this.tables = tables;
        this.concurrency = concurrency;
        this.settler = settler;
        this.results = results;
        this.duration = Timer.builder("kurier.attempt.duration")
                .description("From the start of a request to its end")
                .publishPercentileHistogram()
                .register(metrics);
    }

    /** The deliveries of blocked queues are counted by their queues. */
    @Override
    public void countInto(WaitCounts counts) {}

    /** Starts queues whose reason to wait has ended by the clock. */
    @Override
    public void wake() {
        if (tables.allowsAttempts()) {
            blocked.byStaleTables().forEach(this::start);
        }
        long nowMs = clock.millis();
        startWaitingForWorker();
        blocked.resumable(nowMs).forEach(this::start);
        expressions.wake(this::start);
    }

    /** Starts the queue's attempts while it may; it is called whenever something about the queue changed. */
    public void start(WebhookQueue queue) {
        blocked.remove(queue);
        long nowMs = clock.millis();
        Webhook webhook = webhooks.of(queue.webhookId, queue.adHoc);
        HostConcurrency.Host host =
                concurrency.host(webhook == null ? "" : webhook.url().host());
        boolean retriesToo = tables.allowsRetries();
        boolean isHeld = webhook != null && !webhook.isActive();
        boolean isFresh = isHeld ? tables.allowsHolding() : tables.allowsAttempts();
        while (isFresh && concurrency.hasPlace(nowMs) && host.hasRoom()) {
            PendingDelivery head = queue.peek(retriesToo, nowMs);
            if (webhook != null && head != null && expressions.isOverBudget(webhook, head.isConditionPending())) {
                waitForExpressionBudget(queue, webhook, nowMs);
                return;
            }
            PendingDelivery delivery = queue.take(retriesToo, nowMs);
            if (delivery == null) {
                break;
            }
            attempt(queue, delivery, webhook, host, nowMs);
            nowMs = clock.millis();
        }
        if (queue.waiting() > 0) {
            block(queue, host, isFresh, retriesToo, nowMs);
        }
    }

    private void waitForExpressionBudget(WebhookQueue queue, Webhook webhook, long nowMs) {
        queue.overExpressionBudget(nowMs);
        if (queue.waiting() > 0) {
            queue.waitsFor(WaitReason.EXPRESSION_BUDGET);
            expressions.await(queue, webhook.tenant());
        }
    }

    /** The queue may have been blocked meanwhile by an attempt that ended at once, so it leaves that set first. */
    private void block(WebhookQueue queue, HostConcurrency.Host host, boolean isFresh, boolean retriesToo, long nowMs) {
        blocked.remove(queue);
        WaitReason reason = reasonToWait(queue, isFresh, retriesToo, nowMs);
        queue.waitsFor(reason);
        if (reason == WaitReason.HOST_CONCURRENCY) {
            host.await(queue);
        } else {
            blocked.add(queue, reason);
        }
    }

    private WaitReason reasonToWait(WebhookQueue queue, boolean isFresh, boolean retriesToo, long nowMs) {
        if (!isFresh) {
            return WaitReason.STALE_TABLES;
        }
        if (queue.pauseMs(nowMs) > 0) {
            boolean isOpen = queue.circuit().state(nowMs) == CircuitBreaker.State.OPEN;
            return isOpen ? WaitReason.CIRCUIT : WaitReason.RATE_LIMIT;
        }
        if (queue.peek(true, nowMs) == null) {
            return WaitReason.QUEUE;
        }
        if (queue.peek(retriesToo, nowMs) == null) {
            return WaitReason.STALE_TABLES;
        }
        return concurrency.hasPlace(nowMs) ? WaitReason.HOST_CONCURRENCY : WaitReason.WORKER_CONCURRENCY;
    }

    /** Attempts the delivery that was taken from the queue, or settles it without an attempt. */
    private void attempt(
            WebhookQueue queue,
            PendingDelivery delivery,
            @Nullable Webhook webhook,
            HostConcurrency.Host host,
            long nowMs) {
        if (webhook == null) {
            queue.notAttempted(delivery);
            settler.discarded(delivery, nowMs);
        } else if (settler.settleIfExpired(delivery, nowMs)) {
            queue.notAttempted(delivery);
        } else if (!webhook.isActive()) {
            queue.notAttempted(delivery);
            settler.held(delivery, webhook, nowMs);
        } else if (delivery.isConditionPending()
                && !expressions.conditions.isWanted(webhook, EventView.of(delivery.event()))) {
            queue.notAttempted(delivery);
            settler.discarded(delivery, nowMs);
        } else {
            delivery.conditionHolds();
            Transform.Result body = expressions.payloads.of(webhook, delivery.shared);
            if (body instanceof Transform.Result.Body made) {
                send(queue, delivery, webhook, made.json(), host, nowMs);
            } else {
                queue.notAttempted(delivery);
                settler.notRendered(delivery, ((Transform.Result.Failed) body).reason(), nowMs);
            }
        }
    }

    private void send(
            WebhookQueue queue,
            PendingDelivery delivery,
            Webhook webhook,
            byte[] body,
            HostConcurrency.Host host,
            long startedAtMs) {
        concurrency.attemptStarted(host);
        delivery.assignment.attemptStarted();
        CircuitBreaker circuit = queue.circuit();
        long startedNanos = clock.nanoTime();
        long startedLoopNanos = loopClock.nanos(startedNanos);
        HttpRequestBytes bytes =
                HttpRequestBytes.of(webhook, delivery.deliveryId, delivery.attempts + 1, body, startedAtMs);
        sender.send(bytes, webhook, result -> {
            long endedNanos = clock.nanoTime();
            long endedLoopNanos = loopClock.nanos(endedNanos);
            long tookNanos = endedNanos - startedNanos;
            delivery.assignment.attemptEnded();
            queue.attemptEnded(delivery, (endedLoopNanos - startedLoopNanos) / 1e6, endedLoopNanos);
            duration.record(tookNanos, TimeUnit.NANOSECONDS);
            ended(queue, circuit, webhook, delivery, host, result, startedAtMs, tookNanos);
        });
    }

    private void ended(
            WebhookQueue queue,
            CircuitBreaker circuitAtStart,
            Webhook webhook,
            PendingDelivery delivery,
            HostConcurrency.Host host,
            AttemptResult result,
            long startedAtMs,
            long tookNanos) {
        long nowMs = clock.millis();
        concurrency.attemptEnded(host, result, startedAtMs, nowMs);
        OutcomeRecords.Request request = new OutcomeRecords.Request(result, startedAtMs, tookNanos / 1_000);
        results.settle(webhook, delivery, request, nowMs);
        // an attempt that started before the webhook was changed says nothing about its new receiver
        if (delivery.assignment.isOwned() && queue.circuit() == circuitAtStart) {
            results.updateCircuit(queue, webhook, delivery, request, nowMs);
        }
        // queues that wait for the free place come before the queue that used it
        startWaitingForWorker();
        for (WebhookQueue next = host.next(); next != null; next = host.next()) {
            start(next);
        }
        start(queue);
    }

    /** Starts queues that wait for the worker while it has room; a queue with nothing left to send uses none of it. */
    private void startWaitingForWorker() {
        while (concurrency.hasPlace(clock.millis())) {
            WebhookQueue next = blocked.takeNextForWorker();
            if (next == null) {
                return;
            }
            start(next);
        }
    }

    /** The webhook of the queue was changed or deleted. */
    public void webhookChanged(WebhookQueue queue, @Nullable Webhook webhook) {
        if (webhook == null || webhook.isActive() || !tables.allowsHolding()) {
            start(queue);
            return;
        }
        long nowMs = clock.millis();
        queue.takeWaiting().forEach(waiting -> settler.held(waiting, webhook, nowMs));
    }

    public int inFlight() {
        return concurrency.inFlight();
    }

    public void dropIdle() {
        concurrency.dropIdle();
        expressions.dropIdle();
    }
}
