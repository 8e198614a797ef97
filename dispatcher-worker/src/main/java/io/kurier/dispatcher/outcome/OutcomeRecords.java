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

/** The records that say what became of a delivery. Any thread. */
public final class OutcomeRecords {
    /** Codecs of what a worker writes. */
    public record Codecs(
            RecordCodec<Attempt> attempt,
            RecordCodec<Delivery> delivery,
            RecordCodec<DeadLetter> deadLetter,
            RecordCodec<CircuitRecord> circuit) {}

    /** A request that was made. */
    public record Request(AttemptResult result, long startedAtMs, long tookUs) {}

    private final TopicCatalog topics;
    private final RetryTiers ladder;
    private final Codecs codecs;

    public OutcomeRecords(TopicCatalog topics, RetryTiers ladder, Codecs codecs) {
        this.topics = topics;
        this.ladder = ladder;
        this.codecs = codecs;
    }

    public List<ProducerRecord<byte[], byte[]>> delivered(PendingDelivery work, Request request) {
        return List.of(attempt(work, Outcome.DELIVERED, request, null));
    }

    public List<ProducerRecord<byte[], byte[]>> failed(
            PendingDelivery work, Request request, long dueAtMs, long nowMs) {
        return List.of(
                attempt(work, Outcome.FAILED, request, dueAtMs), waits(work.waits(Waiting.RETRY, dueAtMs, 1), nowMs));
    }

    public List<ProducerRecord<byte[], byte[]>> dead(PendingDelivery work, Request request, String reason, long nowMs) {
        DeadLetterEntry entry = new DeadLetterEntry(
                work.waits(Waiting.RETRY, nowMs, 1),
                reason,
                status(request.result()),
                request.result().error());
        return List.of(attempt(work, Outcome.DEAD, request, null), entry(topics.deadLetters(), work, entry, nowMs));
    }

    /** It is given up although no attempt was made now. */
    public List<ProducerRecord<byte[], byte[]>> deadUnattempted(PendingDelivery work, String reason, long nowMs) {
        DeadLetterEntry entry = new DeadLetterEntry(work.waits(Waiting.RETRY, nowMs, 0), reason, null, null);
        return List.of(without(work, Outcome.DEAD, nowMs, null), entry(topics.deadLetters(), work, entry, nowMs));
    }

    /** Its webhook's transform makes no body of its event; no attempt will ever do better. */
    public List<ProducerRecord<byte[], byte[]>> deadUnrendered(PendingDelivery work, String why, long nowMs) {
        Attempt attempt = record(work, Outcome.DEAD, work.attempts, nowMs);
        attempt.setError("transform");
        attempt.setExcerpt(why);
        DeadLetterEntry entry = new DeadLetterEntry(work.waits(Waiting.RETRY, nowMs, 0), "transform_failed", null, why);
        return List.of(
                new ProducerRecord<>(
                        topics.attempts(), key(work), codecs.attempt().encode(attempt)),
                entry(topics.deadLetters(), work, entry, nowMs));
    }

    /** Its webhook is paused or disabled; it waits until it is released. */
    public List<ProducerRecord<byte[], byte[]>> held(PendingDelivery work, Webhook.State state, long nowMs) {
        String reason = state.kind().name().toLowerCase(Locale.ROOT);
        Waiting waiting = work.waiting == Waiting.UNKNOWN ? Waiting.PARKED : work.waiting;
        DeadLetterEntry entry = new DeadLetterEntry(work.waits(waiting, nowMs, 0), reason, null, null);
        return List.of(without(work, Outcome.HELD, nowMs, null), entry(topics.held(), work, entry, nowMs));
    }

    private ProducerRecord<byte[], byte[]> entry(
            String topic, PendingDelivery work, DeadLetterEntry entry, long nowMs) {
        DeadLetter letter =
                new DeadLetter(work.deliveryId, work.event().getTenant(), work.webhookId, work.run, nowMs, entry, null);
        return new ProducerRecord<>(topic, key(work), codecs.deadLetter().encode(letter));
    }

    /** What the owner of the webhook sees of its circuit. */
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

    /** It leaves the direct way and waits in its webhook's lane, before its first attempt. */
    public List<ProducerRecord<byte[], byte[]>> parked(PendingDelivery work, long nowMs) {
        Delivery delivery = work.waits(Waiting.PARKED, nowMs, 0);
        return List.of(
                without(work, Outcome.PARKED, nowMs, nowMs),
                new ProducerRecord<>(
                        topics.lanes(), key(work), codecs.delivery().encode(delivery)));
    }

    /** Its lane has no room for it now; no attempt is spent. */
    public List<ProducerRecord<byte[], byte[]>> postponed(PendingDelivery work, long dueAtMs, long nowMs) {
        return List.of(
                without(work, Outcome.POSTPONED, nowMs, dueAtMs),
                waits(work.waits(Waiting.POSTPONED, dueAtMs, 0), nowMs));
    }

    /** It came to its lane long before its time; nothing is decided anew. */
    public List<ProducerRecord<byte[], byte[]>> backToTier(PendingDelivery work, long nowMs) {
        return List.of(waits(work.waits(work.waiting, work.dueAtMs, 0), nowMs));
    }

    /** A newer event of its job and type goes out in its place. */
    public List<ProducerRecord<byte[], byte[]>> superseded(PendingDelivery work, long nowMs) {
        return List.of(without(work, Outcome.SUPERSEDED, nowMs, null));
    }

    /** Its event's publisher set it an end, which came before it was delivered. */
    public List<ProducerRecord<byte[], byte[]>> expired(PendingDelivery work, long nowMs) {
        return List.of(without(work, Outcome.EXPIRED, nowMs, null));
    }

    public List<ProducerRecord<byte[], byte[]>> discarded(PendingDelivery work, long nowMs) {
        return List.of(without(work, Outcome.DISCARDED, nowMs, null));
    }

    public List<ProducerRecord<byte[], byte[]>> quarantined(ConsumerRecord<byte[], byte[]> record, String why) {
        return List.of(Quarantine.of(topics.quarantine(), record, why));
    }

    private ProducerRecord<byte[], byte[]> waits(Delivery delivery, long nowMs) {
        Optional<RetryTiers.Tier> tier = ladder.next(nowMs, delivery.getDueAtMs());
        String topic = tier.isPresent() ? topics.retry(tier.get().name()) : topics.lanes();
        return new ProducerRecord<>(
                topic, utf8(delivery.getWebhookId()), codecs.delivery().encode(delivery));
    }

    private ProducerRecord<byte[], byte[]> attempt(
            PendingDelivery work, Outcome outcome, Request request, @Nullable Long nextAtMs) {
        AttemptResult result = request.result();
        Attempt attempt = record(work, outcome, work.attempts + 1, request.startedAtMs());
        attempt.setDurationUs(request.tookUs());
        attempt.setStatus(status(result));
        attempt.setError(result.error());
        attempt.setExcerpt(outcome == Outcome.DELIVERED ? null : result.excerpt());
        attempt.setNextAtMs(nextAtMs);
        return new ProducerRecord<>(
                topics.attempts(), key(work), codecs.attempt().encode(attempt));
    }

    private ProducerRecord<byte[], byte[]> without(
            PendingDelivery work, Outcome outcome, long nowMs, @Nullable Long nextAtMs) {
        Attempt attempt = record(work, outcome, work.attempts, nowMs);
        attempt.setNextAtMs(nextAtMs);
        return new ProducerRecord<>(
                topics.attempts(), key(work), codecs.attempt().encode(attempt));
    }

    private static Attempt record(PendingDelivery work, Outcome outcome, int number, long atMs) {
        Attempt attempt = new Attempt();
        attempt.setDeliveryId(work.deliveryId);
        attempt.setEventId(work.event().getId());
        attempt.setTenant(work.event().getTenant());
        attempt.setWebhookId(work.webhookId);
        attempt.setType(work.event().getType());
        attempt.setJobId(work.event().getJobId());
        attempt.setRun(work.run);
        attempt.setAttempt(number);
        attempt.setOutcome(outcome);
        attempt.setAtMs(atMs);
        return attempt;
    }

    private static @Nullable Integer status(AttemptResult result) {
        return result.status() == 0 ? null : result.status();
    }

    private static byte[] key(PendingDelivery work) {
        return utf8(work.webhookId);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
