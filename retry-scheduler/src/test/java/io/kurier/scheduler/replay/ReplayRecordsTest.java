package io.kurier.scheduler.replay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.scheduler.Letters;
import io.kurier.schemas.Attempt;
import io.kurier.schemas.DeadLetter;
import io.kurier.schemas.Delivery;
import io.kurier.schemas.Outcome;
import io.kurier.schemas.Waiting;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

class ReplayRecordsTest {
    private static final long NOW_MS = 50_000;

    private final ReplayFixture fixture = new ReplayFixture();
    private final DeadLetter letter = Letters.entry("1", 3);
    private final ConsumerRecord<byte[], byte[]> record = fixture.send(letter, 1);

    private List<ProducerRecord<byte[], byte[]>> move(DeliveryMove move) {
        return fixture.records.move(move, "rpl_1", record, letter, NOW_MS);
    }

    private static void isTaking(ProducerRecord<byte[], byte[]> written, String topic, int run) throws Exception {
        DeadLetter taking = ReplayFixture.LETTERS.decode(written.value());
        assertThat(written.topic()).isEqualTo(topic);
        assertThat(written.partition()).as("the entry's own").isEqualTo(1);
        assertThat(written.key()).isEqualTo("wh_1".getBytes(UTF_8));
        assertThat(taking).isEqualTo(new DeadLetter("dlv_1", "acme", "wh_1", run, NOW_MS, null, "rpl_1"));
    }

    @Test
    void aReplayedDeliveryStartsItsNextRunWithAFreshSchedule() throws Exception {
        List<ProducerRecord<byte[], byte[]>> written = move(DeliveryMove.REPLAY);

        assertThat(written).hasSize(2);
        assertThat(written.get(0).topic()).isEqualTo(fixture.topics.lanes());
        Delivery delivery = ReplayFixture.DELIVERIES.decode(written.get(0).value());
        assertThat(List.of(delivery.getRun(), delivery.getAttempts(), delivery.getRunAttempts()))
                .containsExactly(4, 9, 0);
        assertThat(delivery.getReason()).isEqualTo(Waiting.REPLAY);
        assertThat(delivery.getDueAtMs()).isEqualTo(NOW_MS);
        assertThat(delivery.getId()).isEqualTo("dlv_1");
        isTaking(written.get(1), fixture.topics.deadLetters(), 4);
    }

    @Test
    void aReleasedDeliveryContinuesWhereItWas() throws Exception {
        letter.getEntry().getDelivery().setReason(Waiting.PARKED);
        letter.getEntry().getDelivery().setPutOffSinceMs(7);
        List<ProducerRecord<byte[], byte[]>> written = move(DeliveryMove.RELEASE);

        assertThat(written).hasSize(2);
        Delivery delivery = ReplayFixture.DELIVERIES.decode(written.get(0).value());
        assertThat(List.of(delivery.getRun(), delivery.getAttempts(), delivery.getRunAttempts()))
                .containsExactly(3, 9, 5);
        assertThat(delivery.getReason()).isEqualTo(Waiting.PARKED);
        assertThat(List.of(delivery.getDueAtMs(), delivery.getPutOffSinceMs())).containsExactly(NOW_MS, 0L);
        isTaking(written.get(1), fixture.topics.deadLetters(), 3);
    }

    @Test
    void aDeliveryThatIsGivenUpEndsWithAnOutcomeAndADeadLetter() throws Exception {
        List<ProducerRecord<byte[], byte[]>> written = move(DeliveryMove.GIVE_UP);

        assertThat(written).hasSize(3);
        assertThat(written.get(0).topic()).isEqualTo(fixture.topics.attempts());
        Attempt attempt = ReplayFixture.ATTEMPTS.decode(written.get(0).value());
        assertThat(attempt.getOutcome()).isEqualTo(Outcome.DEAD);
        assertThat(List.of(attempt.getDeliveryId(), attempt.getEventId(), attempt.getTenant(), attempt.getWebhookId()))
                .containsExactly("dlv_1", "evt_1", "acme", "wh_1");
        assertThat(List.of(attempt.getRun(), attempt.getAttempt())).containsExactly(3, 9);
        assertThat(written.get(1).topic()).isEqualTo(fixture.topics.deadLetters());
        DeadLetter dead = ReplayFixture.LETTERS.decode(written.get(1).value());
        assertThat(List.of(dead.getEntry().getReason(), dead.getEntry().getError()))
                .containsExactly("held_too_long", "exhausted");
        assertThat(dead.getRun()).isEqualTo(3);
        isTaking(written.get(2), fixture.topics.deadLetters(), 3);
    }

    @Test
    void aFinishedReplaysOrderIsRemovedBeforeItsProgress() {
        assertThat(fixture.records.removal("rpl_1"))
                .allSatisfy(record -> assertThat(record.value()).isNull())
                .extracting(record -> new String(record.key(), UTF_8))
                .containsExactly("rpl_1", "rpl_1/progress");
    }
}
