package io.kurier.dispatcher.attempt;

import io.kurier.dispatcher.delivery.PendingDelivery;
import io.kurier.dispatcher.lane.CircuitBreaker;
import io.kurier.dispatcher.lane.WebhookQueue;
import io.kurier.dispatcher.outcome.DeliverySettler;
import io.kurier.dispatcher.outcome.OutcomeRecords;
import io.kurier.model.retry.StatusRules;
import io.kurier.model.webhook.Webhook;
import io.kurier.sender.AttemptResult;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.random.RandomGenerator;

/** Acts on an attempt's result: settles the delivery, and updates the circuit of its queue. Event loop only. */
public final class AttemptResults {
    private final DeliverySettler settler;
    private final Duration maxRetryAfter;
    private final RandomGenerator chance;
    private final Counter dropped;
    private final Counter openings;

    /**
     * @param maxRetryAfter the longest wait that a receiver can ask for
     * @param chance for the jitter of retries
     */
    public AttemptResults(
            DeliverySettler settler, Duration maxRetryAfter, RandomGenerator chance, MeterRegistry metrics) {
        this.settler = settler;
        this.maxRetryAfter = maxRetryAfter;
        this.chance = chance;
        this.openings = Counter.builder("kurier.circuit.openings")
                .description("Circuits that opened, or that opened again after a failed probe")
                .register(metrics);
        this.dropped = Counter.builder("kurier.outcomes.dropped")
                .description("Results of attempts whose partition was lost meanwhile; its new owner attempts again")
                .register(metrics);
    }

    /**
     * Settles the delivery.
     *
     * @param webhook as it was when the attempt started
     */
    void settle(Webhook webhook, PendingDelivery delivery, OutcomeRecords.Request request, long nowMs) {
        if (!delivery.assignment.isOwned()) {
            dropped.increment();
            return;
        }
        AttemptDecision next = AttemptDecision.decide(
                request.result(),
                webhook.retry(),
                new AttemptDecision.Circumstances(delivery.runAttempts + 1, nowMs, maxRetryAfter, chance.nextDouble()));
        if (next instanceof AttemptDecision.RetryAt retry) {
            settler.failed(delivery, request, retry.dueAtMs(), nowMs);
        } else if (next instanceof AttemptDecision.GiveUp giveUp) {
            settler.dead(delivery, request, giveUp.reason(), nowMs);
        } else {
            settler.delivered(delivery, request);
        }
    }

    /** Updates the queue's circuit, publishes its state if it changed, and notifies the queue's router if it opened. */
    void updateCircuit(
            WebhookQueue queue, Webhook webhook, PendingDelivery delivery, OutcomeRecords.Request request, long nowMs) {
        AttemptResult result = request.result();
        CircuitBreaker circuit = queue.circuit();
        StatusRules.Verdict verdict = AttemptDecision.judge(result, webhook.retry());
        boolean isRegistered = queue.adHoc == null;
        boolean isChanged;
        // an ad-hoc webhook cannot be disabled: its deliveries end one by one
        if (verdict == StatusRules.Verdict.GIVE_UP && result.status() == AttemptDecision.GONE && isRegistered) {
            circuit.gone(nowMs);
            isChanged = true;
        } else {
            isChanged = !AttemptResult.PROXY.equals(result.error())
                    && circuit.ended(result, verdict == StatusRules.Verdict.SUCCESS, request.startedAtMs(), nowMs);
        }
        if (!isChanged) {
            return;
        }
        // no owner sees the circuit of an ad-hoc webhook, and its record would never leave the topic
        if (isRegistered && (queue.ownsCircuit() || circuit.isGone())) {
            settler.publish(circuit, webhook, delivery, nowMs);
        }
        if (circuit.state(nowMs) == CircuitBreaker.State.OPEN) {
            openings.increment();
            queue.circuitOpened(nowMs);
        }
    }
}
