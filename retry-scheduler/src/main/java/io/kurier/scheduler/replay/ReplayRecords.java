package io.kurier.scheduler.replay;

import io.kurier.runtime.control.ReplayKeys;
import io.kurier.schemas.Attempt;
import io.kurier.schemas.DeadLetter;
import io.kurier.schemas.DeadLetterEntry;
import io.kurier.schemas.Delivery;
import io.kurier.schemas.Outcome;
import io.kurier.schemas.ReplayProgress;
import io.kurier.schemas.ReplayRecord;
import io.kurier.schemas.Waiting;
import io.kurier.schemas.topics.TopicCatalog;
import io.kurier.schemas.wire.RecordCodec;
import io.kurier.schemas.wire.UnknownSchemaException;
import io.kurier.schemas.wire.UnreadableRecordException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the entries and takings that replays are about, and makes the records that a replay writes. Any thread. */
public final class ReplayRecords {
    private static final Logger log = LoggerFactory.getLogger(ReplayRecords.class);

    private final TopicCatalog topics;
    private final RecordCodec<DeadLetter> letters;
    private final RecordCodec<Delivery> deliveries;
    private final RecordCodec<Attempt> attempts;
    private final RecordCodec<ReplayRecord> replays;

    public ReplayRecords(
            TopicCatalog topics,
            RecordCodec<DeadLetter> letters,
            RecordCodec<Delivery> deliveries,
            RecordCodec<Attempt> attempts,
            RecordCodec<ReplayRecord> replays) {
        this.topics = topics;
        this.letters = letters;
        this.deliveries = deliveries;
        this.attempts = attempts;
        this.replays = replays;
    }

    /** An entry or a taking; null if this process cannot read the record, which is logged. */
    @Nullable
    DeadLetter read(ConsumerRecord<byte[], byte[]> record) {
        try {
            return letters.decode(record.value());
        } catch (UnreadableRecordException | UnknownSchemaException e) {
            log.error(
                    "Record {}-{} offset {} is not a readable dead letter; replays pass over it: {}",
                    record.topic(),
                    record.partition(),
                    record.offset(),
                    e.toString());
            return null;
        }
    }

    /**
     * The records that move a delivery out of {@code dead-letters} or {@code held}.
     *
     * @param replayId id of the replay that takes the entry
     * @param record the record that holds the entry
     * @param letter the entry, decoded
     * @return the records for the delivery, then the taking, which goes to the entry's own partition
     */
    List<ProducerRecord<byte[], byte[]>> move(
            DeliveryMove move, String replayId, ConsumerRecord<byte[], byte[]> record, DeadLetter letter, long nowMs) {
        Delivery delivery = letter.getEntry().getDelivery();
        byte[] key = record.key();
        return switch (move) {
            case REPLAY -> {
                int run = letter.getRun() + 1;
                yield List.of(lane(key, replayed(delivery, run, nowMs)), taking(record, letter, run, replayId, nowMs));
            }
            case RELEASE ->
                List.of(
                        lane(key, released(delivery, nowMs)),
                        taking(record, letter, delivery.getRun(), replayId, nowMs));
            case GIVE_UP ->
                List.of(
                        new ProducerRecord<>(
                                topics.attempts(), key, attempts.encode(outcome(delivery, letter.getRun(), nowMs))),
                        new ProducerRecord<>(topics.deadLetters(), key, letters.encode(givenUp(letter, nowMs))),
                        taking(record, letter, letter.getRun(), replayId, nowMs));
        };
    }

    private ProducerRecord<byte[], byte[]> lane(byte[] key, Delivery delivery) {
        return new ProducerRecord<>(topics.lanes(), key, deliveries.encode(delivery));
    }

    private ProducerRecord<byte[], byte[]> taking(
            ConsumerRecord<byte[], byte[]> record, DeadLetter letter, int run, String replayId, long nowMs) {
        DeadLetter taking = new DeadLetter(
                letter.getDeliveryId(), letter.getTenant(), letter.getWebhookId(), run, nowMs, null, replayId);
        return new ProducerRecord<>(record.topic(), record.partition(), record.key(), letters.encode(taking));
    }

    private static Delivery replayed(Delivery dead, int run, long nowMs) {
        return new Delivery(
                dead.getId(),
                dead.getEvent(),
                dead.getWebhookId(),
                run,
                dead.getAttempts(),
                0,
                nowMs,
                Waiting.REPLAY,
                0L,
                dead.getUnjudged());
    }

    private static Delivery released(Delivery held, long nowMs) {
        return Delivery.newBuilder(held).setDueAtMs(nowMs).setPutOffSinceMs(0).build();
    }

    private static DeadLetter givenUp(DeadLetter held, long nowMs) {
        DeadLetterEntry entry = new DeadLetterEntry(
                held.getEntry().getDelivery(),
                ReplayPlan.HELD_TOO_LONG,
                null,
                held.getEntry().getReason());
        return new DeadLetter(
                held.getDeliveryId(), held.getTenant(), held.getWebhookId(), held.getRun(), nowMs, entry, null);
    }

    /** Every delivery ends with an outcome, also if no request was sent. */
    private static Attempt outcome(Delivery dead, int run, long nowMs) {
        Attempt attempt = new Attempt();
        attempt.setDeliveryId(dead.getId());
        attempt.setEventId(dead.getEvent().getId());
        attempt.setTenant(dead.getEvent().getTenant());
        attempt.setWebhookId(dead.getWebhookId());
        attempt.setType(dead.getEvent().getType());
        attempt.setJobId(dead.getEvent().getJobId());
        attempt.setRun(run);
        attempt.setAttempt(dead.getAttempts());
        attempt.setOutcome(Outcome.DEAD);
        attempt.setAtMs(nowMs);
        return attempt;
    }

    ProducerRecord<byte[], byte[]> progress(String replayId, ReplayProgress progress) {
        return new ProducerRecord<>(
                topics.replays(),
                0,
                utf8(ReplayKeys.progress(replayId)),
                replays.encode(new ReplayRecord(replayId, null, progress)));
    }

    /**
     * Tombstones that remove a finished replay from {@code replays}. The order goes first: an order without progress would
     * look as if it had not begun.
     */
    List<ProducerRecord<byte[], byte[]>> removal(String replayId) {
        return List.of(tombstone(replayId), tombstone(ReplayKeys.progress(replayId)));
    }

    private ProducerRecord<byte[], byte[]> tombstone(String key) {
        return new ProducerRecord<>(topics.replays(), 0, utf8(key), null);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
