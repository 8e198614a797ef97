package io.kurier.dispatcher.outcome;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.dispatcher.InMemoryLog;
import io.kurier.dispatcher.Samples;
import io.kurier.dispatcher.delivery.PendingDelivery;
import io.kurier.dispatcher.delivery.SharedEvent;
import io.kurier.dispatcher.offsets.OpenOffsets;
import io.kurier.dispatcher.offsets.PartitionAssignment;
import io.kurier.model.webhook.Webhook;
import io.kurier.schemas.Event;
import io.kurier.sender.AttemptResult;
import io.kurier.testkit.ManualProcessClock;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class DeliverySettlerTest {
    private static final long NOW = 1_000_000;
    private static final OutcomeRecords.Request REQUEST =
            new OutcomeRecords.Request(AttemptResult.answered(500, null), NOW, 1);

    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final PartitionAssignment assignment = Samples.assignment();
    private final OutcomeCommitter committer = new OutcomeCommitter(
            Runnable::run,
            Runnable::run,
            new InMemoryLog(),
            Duration.ofMillis(100),
            new ManualProcessClock()::nanoTime,
            failure -> {
                throw new AssertionError(failure);
            });
    private final DeliverySettler settler = new DeliverySettler(new InMemoryLog().records(), committer, metrics);
    private long offset;

    private PendingDelivery next() {
        return Samples.again(assignment, offset++, Samples.event("job", 1));
    }

    private int counted(String outcome) {
        Counter counter =
                metrics.find("kurier.outcomes").tag("outcome", outcome).counter();
        return counter == null ? 0 : (int) counter.count();
    }

    @Test
    void eachOutcomeIsCountedUnderItsNameGatheredAndSettlesItsOffset() {
        Webhook.State paused = new Webhook.State(Webhook.Kind.PAUSED, "");
        Webhook webhook =
                Samples.webhook(1, "https://example.com/").with().state(paused).build();
        Map<String, Consumer<PendingDelivery>> outcomes = Map.ofEntries(
                Map.entry("delivered", delivery -> settler.delivered(delivery, REQUEST)),
                Map.entry("failed", delivery -> settler.failed(delivery, REQUEST, NOW + 5_000, NOW)),
                Map.entry("dead", delivery -> settler.dead(delivery, REQUEST, "exhausted", NOW)),
                Map.entry("parked", delivery -> settler.parked(delivery, NOW)),
                Map.entry("postponed", delivery -> settler.postponed(delivery, NOW + 5_000, NOW)),
                Map.entry("returned", delivery -> settler.returned(delivery, NOW)),
                Map.entry("held", delivery -> settler.held(delivery, webhook, NOW)),
                Map.entry("superseded", delivery -> settler.superseded(delivery, NOW)),
                Map.entry("discarded", delivery -> settler.discarded(delivery, NOW)));

        outcomes.forEach((outcome, settle) -> {
            PendingDelivery delivery = next();
            int gathered = committer.uncommitted();

            settle.accept(delivery);

            assertThat(counted(outcome)).as(outcome).isEqualTo(1);
            assertThat(committer.uncommitted()).as(outcome).isGreaterThan(gathered);
            assertThat(assignment.offsets.openCount()).as(outcome).isZero();
            assertThat(assignment.offsets.base()).as(outcome).isEqualTo(offset);
        });
    }

    @Test
    void everyKindOfDeadLetterIsCountedAsDead() {
        settler.dead(next(), REQUEST, "exhausted", NOW);
        settler.notRendered(next(), "no such field", NOW);
        settler.unreachable(next(), NOW);

        assertThat(counted("dead")).isEqualTo(3);
        assertThat(assignment.offsets.openCount()).isZero();
    }

    @Test
    void aDeliveryExpiresAtItsEndAndNotBefore() {
        Event event = Samples.event("job", 1);
        event.setExpiresAtMs(NOW);
        PendingDelivery delivery = Samples.first(assignment, offset++, event);

        assertThat(settler.settleIfExpired(delivery, NOW - 1)).isFalse();
        assertThat(assignment.offsets.openCount()).isEqualTo(1);
        assertThat(settler.settleIfExpired(delivery, NOW)).isTrue();

        assertThat(assignment.offsets.openCount()).isZero();
        assertThat(counted("expired")).isEqualTo(1);
        assertThat(settler.settleIfExpired(next(), NOW))
                .as("one without an end")
                .isFalse();
    }

    @Test
    void anEventIsSettledOnceAllItsDeliveriesAre() {
        OpenOffsets.Slot slot = assignment.offsets.open(offset++, 2, 9);
        slot.pending = 2;
        SharedEvent event = new SharedEvent(Samples.event("job", 1));
        PendingDelivery one =
                PendingDelivery.direct(assignment, slot, event, Samples.webhook(5, "https://example.com/"), false);
        PendingDelivery two =
                PendingDelivery.direct(assignment, slot, event, Samples.webhook(9, "https://example.com/"), false);

        settler.delivered(one, REQUEST);
        assertThat(assignment.offsets.base()).isZero();
        assertThat(assignment.offsets.metadata().open().get(0L).contains(5)).isTrue();
        assertThat(assignment.offsets.metadata().open().get(0L).contains(9)).isFalse();
        settler.parked(two, NOW);

        assertThat(assignment.offsets.base()).isEqualTo(1);
    }

    @Test
    void aRangeIsCountedWhileItsCallerSettlesTheOffset() {
        PendingDelivery delivery = next();

        assertThat(settler.parkedInRange(delivery, NOW)).hasSize(2);

        assertThat(counted("parked")).isEqualTo(1);
        assertThat(assignment.offsets.openCount()).isEqualTo(1);
        assertThat(committer.uncommitted()).isZero();
    }

    @Test
    void anUnreadableRecordIsQuarantinedAndSettled() {
        OpenOffsets.Slot slot = assignment.offsets.open(offset++, 1, 0);

        settler.quarantined(assignment, slot, new ConsumerRecord<>("lanes", 0, 0, null, new byte[] {1}), "not Avro");

        assertThat(counted("quarantined")).isEqualTo(1);
        assertThat(committer.uncommitted()).isEqualTo(1);
        assertThat(assignment.offsets.openCount()).isZero();
    }
}
