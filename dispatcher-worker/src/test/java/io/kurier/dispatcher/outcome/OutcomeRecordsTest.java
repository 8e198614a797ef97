package io.kurier.dispatcher.outcome;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.dispatcher.InMemoryLog;
import io.kurier.dispatcher.Samples;
import io.kurier.dispatcher.delivery.PendingDelivery;
import io.kurier.dispatcher.offsets.PartitionAssignment;
import io.kurier.model.webhook.Webhook;
import io.kurier.runtime.kafka.Quarantine;
import io.kurier.schemas.Attempt;
import io.kurier.schemas.DeadLetter;
import io.kurier.schemas.DeadLetterEntry;
import io.kurier.schemas.Delivery;
import io.kurier.schemas.Outcome;
import io.kurier.schemas.Waiting;
import io.kurier.sender.AttemptResult;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutcomeRecordsTest {
    private static final long NOW = 1_000_000;

    private final InMemoryLog log = new InMemoryLog();
    private final OutcomeRecords records = log.records();
    private final PendingDelivery delivery = pending(Waiting.RETRY);

    private static PendingDelivery pending(Waiting waiting) {
        Delivery record = Samples.delivery(Samples.event("job", 1), waiting, NOW - 1);
        record.setRun(2);
        record.setAttempts(5);
        record.setRunAttempts(3);
        PartitionAssignment assignment = Samples.assignment();
        return PendingDelivery.fromLane(assignment, assignment.offsets.open(0, 1, 0), record, null);
    }

    private static OutcomeRecords.Request request(AttemptResult result) {
        return new OutcomeRecords.Request(result, NOW - 10, 10_000);
    }

    private Attempt attempt(List<ProducerRecord<byte[], byte[]>> written) {
        ProducerRecord<byte[], byte[]> first = written.get(0);
        assertThat(first.topic()).isEqualTo("attempts");
        assertThat(new String(first.key(), StandardCharsets.UTF_8)).isEqualTo(delivery.webhookId);
        return log.decode(List.of(first), Attempt.class).get(0);
    }

    private Delivery moved(List<ProducerRecord<byte[], byte[]>> written, String topic) {
        ProducerRecord<byte[], byte[]> last = written.get(written.size() - 1);
        assertThat(last.topic()).isEqualTo(topic);
        assertThat(new String(last.key(), StandardCharsets.UTF_8)).isEqualTo(delivery.webhookId);
        return log.decode(List.of(last), Delivery.class).get(0);
    }

    private DeadLetterEntry letter(List<ProducerRecord<byte[], byte[]>> written, String topic) {
        assertThat(written).hasSize(2);
        assertThat(written.get(1).topic()).isEqualTo(topic);
        DeadLetter letter =
                log.decode(List.of(written.get(1)), DeadLetter.class).get(0);
        assertThat(letter.getRun()).isEqualTo(2);
        return letter.getEntry();
    }

    @Test
    void aDeliveredAttemptIsOneRecordWithoutTheAnswersBody() {
        List<ProducerRecord<byte[], byte[]>> written =
                records.delivered(delivery, request(AttemptResult.answered(204, "thanks")));

        assertThat(written).hasSize(1);
        Attempt attempt = attempt(written);
        assertThat(attempt.getOutcome()).isEqualTo(Outcome.DELIVERED);
        assertThat(attempt.getAttempt()).isEqualTo(6);
        assertThat(attempt.getRun()).isEqualTo(2);
        assertThat(attempt.getAtMs()).isEqualTo(NOW - 10);
        assertThat(attempt.getDurationUs()).isEqualTo(10_000);
        assertThat(attempt.getStatus()).isEqualTo(204);
        assertThat(attempt.getExcerpt()).isNull();
        assertThat(attempt.getNextAtMs()).isNull();
    }

    @ParameterizedTest(name = "due in {0} ms: {1}")
    @CsvSource({"999, lanes", "1000, retry.1s", "4999, retry.1s", "5000, retry.5s", "3600000, retry.1h"})
    void aFailedAttemptGoesToTheLargestTierThatFitsItsWait(long waitMs, String topic) {
        List<ProducerRecord<byte[], byte[]>> written =
                records.failed(delivery, request(AttemptResult.answered(503, "busy")), NOW + waitMs, NOW);

        assertThat(written).hasSize(2);
        Attempt attempt = attempt(written);
        assertThat(attempt.getOutcome()).isEqualTo(Outcome.FAILED);
        assertThat(attempt.getNextAtMs()).isEqualTo(NOW + waitMs);
        assertThat(attempt.getExcerpt()).isEqualTo("busy");
        Delivery next = moved(written, topic);
        assertThat(next.getReason()).isEqualTo(Waiting.RETRY);
        assertThat(next.getDueAtMs()).isEqualTo(NOW + waitMs);
        assertThat(next.getAttempts()).isEqualTo(6);
        assertThat(next.getRunAttempts()).isEqualTo(4);
    }

    @Test
    void anAttemptWithoutAnAnswerHasAnErrorAndNoStatus() {
        Attempt attempt =
                attempt(records.failed(delivery, request(AttemptResult.failed("timeout", "15s")), NOW + 5_000, NOW));

        assertThat(attempt.getStatus()).isNull();
        assertThat(attempt.getError()).isEqualTo("timeout");
    }

    @Test
    void theLastFailedAttemptMakesADeadLetterThatCountsIt() {
        List<ProducerRecord<byte[], byte[]>> written =
                records.dead(delivery, request(AttemptResult.answered(500, null)), "exhausted", NOW);

        assertThat(attempt(written).getOutcome()).isEqualTo(Outcome.DEAD);
        DeadLetterEntry entry = letter(written, "dead-letters");
        assertThat(entry.getReason()).isEqualTo("exhausted");
        assertThat(entry.getStatus()).isEqualTo(500);
        assertThat(entry.getDelivery().getAttempts()).isEqualTo(6);
    }

    @Test
    void aDeadLetterWithoutARequestCountsNoAttempt() {
        List<ProducerRecord<byte[], byte[]>> written = records.deadWithoutRequest(delivery, "unreachable", NOW);

        assertThat(attempt(written).getAttempt()).isEqualTo(5);
        DeadLetterEntry entry = letter(written, "dead-letters");
        assertThat(entry.getReason()).isEqualTo("unreachable");
        assertThat(entry.getDelivery().getAttempts()).isEqualTo(5);
        assertThat(entry.getStatus()).isNull();
    }

    @Test
    void aBodyThatCannotBeMadeSaysWhy() {
        List<ProducerRecord<byte[], byte[]>> written = records.deadNotRendered(delivery, "no such field", NOW);

        assertThat(attempt(written).getError()).isEqualTo("transform");
        assertThat(attempt(written).getExcerpt()).isEqualTo("no such field");
        assertThat(letter(written, "dead-letters").getReason()).isEqualTo("transform_failed");
    }

    @ParameterizedTest
    @CsvSource({"RETRY, RETRY", "POSTPONED, POSTPONED", "UNKNOWN, PARKED"})
    void aHeldDeliveryKeepsItsReasonAndOneFromTheDirectPathIsParked(Waiting before, Waiting after) {
        Webhook.State paused = new Webhook.State(Webhook.Kind.PAUSED, "");

        DeadLetterEntry entry = letter(records.held(pending(before), paused, NOW), "held");

        assertThat(entry.getReason()).isEqualTo("paused");
        assertThat(entry.getDelivery().getReason()).isEqualTo(after);
        assertThat(entry.getDelivery().getAttempts()).isEqualTo(5);
    }

    @Test
    void aParkedDeliveryGoesToItsLaneDueAtOnce() {
        List<ProducerRecord<byte[], byte[]>> written = records.parked(delivery, NOW);

        assertThat(attempt(written).getOutcome()).isEqualTo(Outcome.PARKED);
        Delivery parked = moved(written, "lanes");
        assertThat(parked.getReason()).isEqualTo(Waiting.PARKED);
        assertThat(parked.getDueAtMs()).isEqualTo(NOW);
        assertThat(parked.getAttempts()).isEqualTo(5);
    }

    @Test
    void onlyAPostponedDeliveryKeepsSinceWhenCircuitsPostponeIt() {
        delivery.postponedByCircuit(NOW - 100);

        Delivery postponed = moved(records.postponed(delivery, NOW + 5_000, NOW), "retry.5s");
        Delivery failed = moved(
                records.failed(delivery, request(AttemptResult.answered(500, null)), NOW + 5_000, NOW), "retry.5s");

        assertThat(postponed.getReason()).isEqualTo(Waiting.POSTPONED);
        assertThat(postponed.getPutOffSinceMs()).isEqualTo(NOW - 100);
        assertThat(failed.getPutOffSinceMs()).isZero();
    }

    @Test
    void aReturnedDeliveryIsUnchangedAndHasNoAttemptRecord() {
        Delivery record = Samples.delivery(Samples.event("job", 1), Waiting.RETRY, NOW + 30_000);
        PartitionAssignment assignment = Samples.assignment();
        PendingDelivery early = PendingDelivery.fromLane(assignment, assignment.offsets.open(0, 1, 0), record, null);

        List<ProducerRecord<byte[], byte[]>> written = records.returned(early, NOW);

        assertThat(written).hasSize(1);
        assertThat(moved(written, "retry.30s")).isEqualTo(record);
    }

    @Test
    void endsWithoutADeliveryAreOneRecordEach() {
        assertThat(attempt(records.superseded(delivery, NOW)).getOutcome()).isEqualTo(Outcome.SUPERSEDED);
        assertThat(attempt(records.expired(delivery, NOW)).getOutcome()).isEqualTo(Outcome.EXPIRED);
        assertThat(attempt(records.discarded(delivery, NOW)).getOutcome()).isEqualTo(Outcome.DISCARDED);
        assertThat(records.superseded(delivery, NOW)).hasSize(1);
        assertThat(records.expired(delivery, NOW)).hasSize(1);
        assertThat(records.discarded(delivery, NOW)).hasSize(1);
    }

    @Test
    void anUnreadableRecordIsKeptByteForByteWithItsPlace() {
        ConsumerRecord<byte[], byte[]> record =
                new ConsumerRecord<>("events", 3, 42, new byte[] {1}, new byte[] {2, 3});

        ProducerRecord<byte[], byte[]> kept =
                records.quarantined(record, "not Avro").get(0);

        assertThat(kept.topic()).isEqualTo("quarantine");
        assertThat(kept.value()).containsExactly(2, 3);
        Quarantine.Origin origin = Quarantine.origin(new ConsumerRecord<>(
                        "quarantine",
                        0,
                        0,
                        0,
                        TimestampType.CREATE_TIME,
                        1,
                        2,
                        kept.key(),
                        kept.value(),
                        kept.headers(),
                        Optional.empty()))
                .orElseThrow();
        assertThat(origin.offset()).isEqualTo(42);
        assertThat(origin.partition()).isEqualTo(3);
        assertThat(origin.why()).isEqualTo("not Avro");
    }
}
