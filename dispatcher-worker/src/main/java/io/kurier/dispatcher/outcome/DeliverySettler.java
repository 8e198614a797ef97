package io.kurier.dispatcher.outcome;

import io.kurier.dispatcher.delivery.PendingDelivery;
import io.kurier.dispatcher.lane.CircuitBreaker;
import io.kurier.dispatcher.offsets.OpenOffsets;
import io.kurier.dispatcher.offsets.PartitionAssignment;
import io.kurier.model.webhook.Webhook;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Takes deliveries out of this worker's hands: counts the outcome, gathers its records for the next commit, and settles the
 * delivery's part of its offset. All times are epoch milliseconds. Event loop only.
 */
public final class DeliverySettler {
    private final OutcomeRecords records;
    private final OutcomeCommitter committer;
    private final MeterRegistry metrics;
    private final Map<String, Counter> counters = new HashMap<>();

    public DeliverySettler(OutcomeRecords records, OutcomeCommitter committer, MeterRegistry metrics) {
        this.records = records;
        this.committer = committer;
        this.metrics = metrics;
    }

    /** The receiver has it. */
    public void delivered(PendingDelivery delivery, OutcomeRecords.Request request) {
        settle(delivery, "delivered", records.delivered(delivery, request));
    }

    /** The attempt failed; the next one is due then. */
    public void failed(PendingDelivery delivery, OutcomeRecords.Request request, long dueAtMs, long nowMs) {
        settle(delivery, "failed", records.failed(delivery, request, dueAtMs, nowMs));
    }

    /** The attempt failed and was the last one. */
    public void dead(PendingDelivery delivery, OutcomeRecords.Request request, String reason, long nowMs) {
        settle(delivery, "dead", records.dead(delivery, request, reason, nowMs));
    }

    /** The webhook's transform cannot make a body of the event. */
    public void notRendered(PendingDelivery delivery, String why, long nowMs) {
        settle(delivery, "dead", records.deadNotRendered(delivery, why, nowMs));
    }

    /** Open circuits have postponed it for too long. */
    public void unreachable(PendingDelivery delivery, long nowMs) {
        settle(delivery, "dead", records.deadWithoutRequest(delivery, "unreachable", nowMs));
    }

    /** It goes to its webhook's lane before its first attempt. */
    public void parked(PendingDelivery delivery, long nowMs) {
        settle(delivery, "parked", records.parked(delivery, nowMs));
    }

    /** It goes from its lane to a tier without an attempt. */
    public void postponed(PendingDelivery delivery, long dueAtMs, long nowMs) {
        settle(delivery, "postponed", records.postponed(delivery, dueAtMs, nowMs));
    }

    /** It came long before its due time, and goes back to a tier. */
    public void returned(PendingDelivery delivery, long nowMs) {
        settle(delivery, "returned", records.returned(delivery, nowMs));
    }

    /** The webhook is paused or disabled. */
    public void held(PendingDelivery delivery, Webhook webhook, long nowMs) {
        settle(delivery, "held", records.held(delivery, webhook.state(), nowMs));
    }

    /** A newer event of its job and type goes out in its place. */
    public void superseded(PendingDelivery delivery, long nowMs) {
        settle(delivery, "superseded", records.superseded(delivery, nowMs));
    }

    /** The webhook was deleted, or does not want the event. */
    public void discarded(PendingDelivery delivery, long nowMs) {
        settle(delivery, "discarded", records.discarded(delivery, nowMs));
    }

    /** @return whether the publisher's end for the event has come, so that the delivery is settled */
    public boolean settleIfExpired(PendingDelivery delivery, long nowMs) {
        boolean isExpired = delivery.isExpired(nowMs);
        if (isExpired) {
            settle(delivery, "expired", records.expired(delivery, nowMs));
        }
        return isExpired;
    }

    /** The record cannot be read; it is kept byte for byte. */
    public void quarantined(
            PartitionAssignment assignment, OpenOffsets.Slot slot, ConsumerRecord<byte[], byte[]> record, String why) {
        count("quarantined");
        committer.add(new OutcomeCommitter.Entry(assignment, records.quarantined(record, why)));
        assignment.settle(slot);
    }

    /**
     * Counts a delivery of a wide event as parked.
     *
     * @return its records, which the caller commits with others; the caller also settles the offset
     */
    public List<ProducerRecord<byte[], byte[]>> parkedInRange(PendingDelivery delivery, long nowMs) {
        count("parked");
        return records.parked(delivery, nowMs);
    }

    /**
     * Writes the circuit's state for the webhook's owner and the lane's next owner.
     *
     * @param last the delivery whose attempt changed the circuit
     */
    public void publish(CircuitBreaker circuit, Webhook webhook, PendingDelivery last, long nowMs) {
        committer.add(new OutcomeCommitter.Entry(last.assignment, records.circuit(webhook, circuit, nowMs)));
    }

    private void settle(PendingDelivery delivery, String outcome, List<ProducerRecord<byte[], byte[]>> written) {
        count(outcome);
        committer.add(new OutcomeCommitter.Entry(delivery.assignment, written));
        delivery.settle();
    }

    private void count(String outcome) {
        counters.computeIfAbsent(outcome, this::newCounter).increment();
    }

    private Counter newCounter(String outcome) {
        return Counter.builder("kurier.outcomes")
                .description("Deliveries that left this worker's hands, by outcome")
                .tag("outcome", outcome)
                .register(metrics);
    }
}
