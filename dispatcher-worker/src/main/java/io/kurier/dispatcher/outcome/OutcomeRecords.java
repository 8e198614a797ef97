package io.kurier.dispatcher.outcome;

import io.kurier.dispatcher.delivery.PendingDelivery;
import io.kurier.dispatcher.lane.CircuitBreaker;
import io.kurier.model.retry.RetryTiers;
import io.kurier.model.webhook.Webhook;
import io.kurier.runtime.kafka.Quarantine;
import io.kurier.schemas.Attempt;
import io.kurier.schemas.CircuitRecord;
import io.kurier.schemas.CircuitWhy;
import io.kurier.schemas.DeadLetter;
import io.kurier.schemas.DeadLetterEntry;
import io.kurier.schemas.Delivery;
import io.kurier.schemas.Outcome;
import io.kurier.schemas.Waiting;
import io.kurier.schemas.topics.TopicCatalog;
import io.kurier.schemas.wire.RecordCodec;
import io.kurier.sender.AttemptResult;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** Makes the records of a delivery's outcome. Writes nothing itself. Any thread. */
public final class OutcomeRecords {
    /** Codecs of the records that a worker writes. */
    public record Codecs(
            RecordCodec<Attempt> attempt,
            RecordCodec<Delivery> delivery,
            RecordCodec<DeadLetter> deadLetter,
            RecordCodec<CircuitRecord> circuit) {}

    /**
     * A request that was made, and how it ended.
     *
     * @param startedAtMs epoch milliseconds
     * @param tookUs microseconds
     */
    public record Request(AttemptResult result, long startedAtMs, long tookUs) {}

    private final TopicCatalog topics;
    private final RetryTiers tiers;
    private final Codecs codecs;

    public OutcomeRecords(TopicCatalog topics, RetryTiers tiers, Codecs codecs) {
        this.topics = topics;
        this.tiers = tiers;
        this.codecs = codecs;
    }

    public List<ProducerRecord<byte[], byte[]>> delivered(PendingDelivery delivery, Request request) {
        return List.of(attempt(delivery, Outcome.DELIVERED, request, null));
    }

    public List<ProducerRecord<byte[], byte[]>> failed(
            PendingDelivery delivery, Request request, long dueAtMs, long nowMs) {
        return List.of(
                attempt(delivery, Outcome.FAILED, request, dueAtMs),
                toTier(delivery.toRecord(Waiting.RETRY, dueAtMs, 1), nowMs));
    }

    public List<ProducerRecord<byte[], byte[]>> dead(
            PendingDelivery delivery, Request request, String reason, long nowMs) {
        DeadLetterEntry entry = new DeadLetterEntry(
                delivery.toRecord(Waiting.RETRY, nowMs, 1),
                reason,
                status(request.result()),
                request.result().error());
        return List.of(
                attempt(delivery, Outcome.DEAD, request, null), entry(topics.deadLetters(), delivery, entry, nowMs));
    }

    /** Given up without a further attempt. */
    public List<ProducerRecord<byte[], byte[]>> deadWithoutRequest(
            PendingDelivery delivery, String reason, long nowMs) {
        DeadLetterEntry entry = new DeadLetterEntry(delivery.toRecord(Waiting.RETRY, nowMs, 0), reason, null, null);
        return List.of(
                withoutRequest(delivery, Outcome.DEAD, nowMs, null),
                entry(topics.deadLetters(), delivery, entry, nowMs));
    }

    /** The webhook's transform cannot make a body of the event; no attempt will ever do better. */
    public List<ProducerRecord<byte[], byte[]>> deadNotRendered(PendingDelivery delivery, String why, long nowMs) {
        Attempt attempt = record(delivery, Outcome.DEAD, delivery.attempts, nowMs);
        attempt.setError("transform");
        attempt.setExcerpt(why);
        DeadLetterEntry entry =
                new DeadLetterEntry(delivery.toRecord(Waiting.RETRY, nowMs, 0), "transform_failed", null, why);
        return List.of(
                new ProducerRecord<>(
                        topics.attempts(), key(delivery), codecs.attempt().encode(attempt)),
                entry(topics.deadLetters(), delivery, entry, nowMs));
    }

    /** The webhook is paused or disabled; the delivery waits until it is released. */
    public List<ProducerRecord<byte[], byte[]>> held(PendingDelivery delivery, Webhook.State state, long nowMs) {
        String reason = state.kind().name().toLowerCase(Locale.ROOT);
        Waiting waiting = delivery.waiting == Waiting.UNKNOWN ? Waiting.PARKED : delivery.waiting;
        DeadLetterEntry entry = new DeadLetterEntry(delivery.toRecord(waiting, nowMs, 0), reason, null, null);
        return List.of(
                withoutRequest(delivery, Outcome.HELD, nowMs, null), entry(topics.held(), delivery, entry, nowMs));
    }

    private ProducerRecord<byte[], byte[]> entry(
            String topic, PendingDelivery delivery, DeadLetterEntry entry, long nowMs) {
        DeadLetter letter = new DeadLetter(
                delivery.deliveryId,
                delivery.event().getTenant(),
                delivery.webhookId,
                delivery.run,
                nowMs,
                entry,
                null);
        return new ProducerRecord<>(topic, key(delivery), codecs.deadLetter().encode(letter));
    }

    /** The circuit's state as the webhook's owner sees it; a tombstone once it is closed. */
    public List<ProducerRecord<byte[], byte[]>> circuit(Webhook webhook, CircuitBreaker circuit, long nowMs) {
        byte @Nullable [] value = circuit.state(nowMs) == CircuitBreaker.State.CLOSED
                ? null
                : codecs.circuit()
                        .encode(new CircuitRecord(
                                webhook.id(),
                                webhook.revision(),
                                circuit.isGone() ? CircuitWhy.GONE : CircuitWhy.FAILURES,
                                circuit.reason(),
                                circuit.openSinceMs(),
                                circuit.pausedUntilMs()));
        return List.of(new ProducerRecord<>(topics.circuits(), utf8(webhook.id()), value));
    }

    /** The delivery leaves the direct path, and waits in its webhook's lane before its first attempt. */
    public List<ProducerRecord<byte[], byte[]>> parked(PendingDelivery delivery, long nowMs) {
        Delivery parked = delivery.toRecord(Waiting.PARKED, nowMs, 0);
        return List.of(
                withoutRequest(delivery, Outcome.PARKED, nowMs, nowMs),
                new ProducerRecord<>(
                        topics.lanes(), key(delivery), codecs.delivery().encode(parked)));
    }

    /** The lane has no room for the delivery now; no attempt is spent. */
    public List<ProducerRecord<byte[], byte[]>> postponed(PendingDelivery delivery, long dueAtMs, long nowMs) {
        return List.of(
                withoutRequest(delivery, Outcome.POSTPONED, nowMs, dueAtMs),
                toTier(delivery.toRecord(Waiting.POSTPONED, dueAtMs, 0), nowMs));
    }

    /** The delivery came to its lane long before its due time; it goes back to a tier unchanged. */
    public List<ProducerRecord<byte[], byte[]>> returned(PendingDelivery delivery, long nowMs) {
        return List.of(toTier(delivery.toRecord(delivery.waiting, delivery.dueAtMs, 0), nowMs));
    }

    /** A newer event of the same job and type goes out in its place. */
    public List<ProducerRecord<byte[], byte[]>> superseded(PendingDelivery delivery, long nowMs) {
        return List.of(withoutRequest(delivery, Outcome.SUPERSEDED, nowMs, null));
    }

    /** The end that the publisher set for the event came before it was delivered. */
    public List<ProducerRecord<byte[], byte[]>> expired(PendingDelivery delivery, long nowMs) {
        return List.of(withoutRequest(delivery, Outcome.EXPIRED, nowMs, null));
    }

    public List<ProducerRecord<byte[], byte[]>> discarded(PendingDelivery delivery, long nowMs) {
        return List.of(withoutRequest(delivery, Outcome.DISCARDED, nowMs, null));
    }

    public List<ProducerRecord<byte[], byte[]>> quarantined(ConsumerRecord<byte[], byte[]> record, String why) {
        return List.of(Quarantine.of(topics.quarantine(), record, why));
    }

    private ProducerRecord<byte[], byte[]> toTier(Delivery record, long nowMs) {
        Optional<RetryTiers.Tier> tier = tiers.next(nowMs, record.getDueAtMs());
        String topic = tier.isPresent() ? topics.retry(tier.get().name()) : topics.lanes();
        return new ProducerRecord<>(
                topic, utf8(record.getWebhookId()), codecs.delivery().encode(record));
    }

    private ProducerRecord<byte[], byte[]> attempt(
            PendingDelivery delivery, Outcome outcome, Request request, @Nullable Long nextAtMs) {
        AttemptResult result = request.result();
        Attempt attempt = record(delivery, outcome, delivery.attempts + 1, request.startedAtMs());
        attempt.setDurationUs(request.tookUs());
        attempt.setStatus(status(result));
        attempt.setError(result.error());
        attempt.setExcerpt(outcome == Outcome.DELIVERED ? null : result.excerpt());
        attempt.setNextAtMs(nextAtMs);
        return new ProducerRecord<>(
                topics.attempts(), key(delivery), codecs.attempt().encode(attempt));
    }

    private ProducerRecord<byte[], byte[]> withoutRequest(
            PendingDelivery delivery, Outcome outcome, long nowMs, @Nullable Long nextAtMs) {
        Attempt attempt = record(delivery, outcome, delivery.attempts, nowMs);
        attempt.setNextAtMs(nextAtMs);
        return new ProducerRecord<>(
                topics.attempts(), key(delivery), codecs.attempt().encode(attempt));
    }

    private static Attempt record(PendingDelivery delivery, Outcome outcome, int number, long atMs) {
        Attempt attempt = new Attempt();
        attempt.setDeliveryId(delivery.deliveryId);
        attempt.setEventId(delivery.event().getId());
        attempt.setTenant(delivery.event().getTenant());
        attempt.setWebhookId(delivery.webhookId);
        attempt.setType(delivery.event().getType());
        attempt.setJobId(delivery.event().getJobId());
        attempt.setRun(delivery.run);
        attempt.setAttempt(number);
        attempt.setOutcome(outcome);
        attempt.setAtMs(atMs);
        return attempt;
    }

    private static @Nullable Integer status(AttemptResult result) {
        return result.status() == 0 ? null : result.status();
    }

    private static byte[] key(PendingDelivery delivery) {
        return utf8(delivery.webhookId);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
