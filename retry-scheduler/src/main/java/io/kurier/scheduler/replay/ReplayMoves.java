package io.kurier.scheduler.replay;

import io.kurier.runtime.KurierRuntime;
import io.kurier.schemas.Attempt;
import io.kurier.schemas.DeadLetter;
import io.kurier.schemas.DeadLetterEntry;
import io.kurier.schemas.Delivery;
import io.kurier.schemas.Outcome;
import io.kurier.schemas.ReplayFrom;
import io.kurier.schemas.Waiting;
import io.kurier.schemas.topics.TopicCatalog;
import io.kurier.schemas.wire.RecordCodec;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/** What a replay writes for an entry: where the delivery goes on, and the taking that goes with it. */
final class ReplayMoves {
    private static final String HELD_TOO_LONG = "held_too_long";

    private final TopicCatalog topics;
    private final RecordCodec<DeadLetter> letters;
    private final RecordCodec<Delivery> deliveries;
    private final RecordCodec<Attempt> attempts;

    ReplayMoves(KurierRuntime runtime) {
        this.topics = runtime.topics();
        this.letters = runtime.codec(DeadLetter.class);
        this.deliveries = runtime.codec(Delivery.class);
        this.attempts = runtime.codec(Attempt.class);
    }

    /**
     * @param record where the entry stands
     * @param letter an entry
     * @return the entry's taking, and what comes of the delivery
     */
    List<ProducerRecord<byte[], byte[]>> of(
            ReplayRun run, ConsumerRecord<byte[], byte[]> record, DeadLetter letter, long nowMs) {
        Delivery dead = letter.getEntry().getDelivery();
        if (run.endsHolding()) {
            DeadLetterEntry entry = new DeadLetterEntry(
                    dead, HELD_TOO_LONG, null, letter.getEntry().getReason());
            DeadLetter ended = new DeadLetter(
                    letter.getDeliveryId(),
                    letter.getTenant(),
                    letter.getWebhookId(),
                    letter.getRun(),
                    nowMs,
                    entry,
                    null);
            return List.of(
                    new ProducerRecord<>(
                            topics.attempts(),
                            record.key(),
                            attempts.encode(unattempted(dead, letter.getRun(), nowMs))),
                    new ProducerRecord<>(topics.deadLetters(), record.key(), letters.encode(ended)),
                    taking(run, record, letter, letter.getRun(), nowMs));
        }
        Delivery again = run.order.getFrom() == ReplayFrom.HELD
                ? released(dead, nowMs)
                : replayed(dead, letter.getRun() + 1, nowMs);
        return List.of(
                new ProducerRecord<>(topics.lanes(), record.key(), deliveries.encode(again)),
                taking(run, record, letter, again.getRun(), nowMs));
    }

    /** A delivery ends with an outcome, also when nothing was sent. */
    private static Attempt unattempted(Delivery dead, int run, long nowMs) {
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

    private ProducerRecord<byte[], byte[]> taking(
            ReplayRun run, ConsumerRecord<byte[], byte[]> record, DeadLetter letter, int nextRun, long nowMs) {
        DeadLetter taking = new DeadLetter(
                letter.getDeliveryId(), letter.getTenant(), letter.getWebhookId(), nextRun, nowMs, null, run.id);
        return new ProducerRecord<>(record.topic(), record.partition(), record.key(), letters.encode(taking));
    }

    /** With a fresh schedule. */
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

    /** It goes on where it was. */
    private static Delivery released(Delivery held, long nowMs) {
        return Delivery.newBuilder(held).setDueAtMs(nowMs).setPutOffSinceMs(0).build();
    }
}
