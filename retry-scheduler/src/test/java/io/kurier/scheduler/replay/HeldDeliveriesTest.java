package io.kurier.scheduler.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.scheduler.Letters;
import io.kurier.scheduler.replay.ReplayFixture.Process;
import io.kurier.schemas.DeadLetter;
import io.kurier.schemas.ReplayFrom;
import io.kurier.schemas.ReplayOrder;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Releases of held deliveries, and the end of those that were held too long. */
@Timeout(30)
class HeldDeliveriesTest {
    private final ReplayFixture fixture = new ReplayFixture();

    private static ReplayOrder all(double rate) {
        return Letters.all(rate);
    }

    private static ReplayOrder held(double rate) {
        return ReplayOrder.newBuilder(Letters.all(rate))
                .setFrom(ReplayFrom.HELD)
                .build();
    }

    private static String[] ids(int count) {
        return IntStream.range(0, count).mapToObj(i -> "dlv_" + i).toArray(String[]::new);
    }

    @Test
    void heldDeliveriesContinueWithTheirRunInTheirOrder() throws Exception {
        for (int i = 0; i < 20; i++) {
            fixture.hold(
                    Letters.entry(Integer.toString(i), 3, "wh_1", "job.completed", "paused", fixture.clock.millis()));
        }
        fixture.order("rpl_1", held(1_000));
        fixture.start().own().runFor(Duration.ofSeconds(1));

        assertThat(fixture.laneIds()).containsExactly(ids(20));
        assertThat(fixture.in(fixture.topics.lanes(), ReplayFixture.DELIVERIES))
                .allSatisfy(delivery -> assertThat(List.of(delivery.getRun(), delivery.getRunAttempts()))
                        .containsExactly(3, 5));
        assertThat(fixture.takings(fixture.topics.held())).hasSize(20);
    }

    @Test
    void deliveriesHeldTooLongBecomeDeadLettersOfEveryTenantAndOthersStayHeld() throws Exception {
        fixture.heldFor = Duration.ofHours(1);
        long nowMs = fixture.clock.millis();
        fixture.hold(Letters.entry("long", 3, "wh_1", "job.completed", "paused", nowMs - 3_600_001));
        fixture.hold(Letters.entry("released", 0, "wh_1", "job.completed", "paused", nowMs - 7_200_000));
        fixture.hold(Letters.taking("released", 0, "rpl_0"));
        fixture.hold(Letters.entry("short", 0, "wh_2", "job.completed", "disabled", nowMs));
        Process process = fixture.start().own();
        process.turns(5);

        assertThat(fixture.in(fixture.topics.deadLetters(), ReplayFixture.LETTERS))
                .extracting(letter ->
                        letter.getDeliveryId() + " " + letter.getEntry().getReason())
                .containsExactly("dlv_long held_too_long");
        assertThat(fixture.in(fixture.topics.attempts(), ReplayFixture.ATTEMPTS))
                .hasSize(1);
        assertThat(fixture.takings(fixture.topics.held()))
                .containsExactlyInAnyOrder("dlv_released by rpl_0", "dlv_long by held_too_long");
        assertThat(fixture.replayValues()).as("nobody ordered it").isEmpty();

        process.runFor(Duration.ofMinutes(61));
        assertThat(fixture.in(fixture.topics.deadLetters(), ReplayFixture.LETTERS))
                .extracting(DeadLetter::getDeliveryId)
                .containsExactly("dlv_long", "dlv_short");
    }

    @Test
    void aReleaseWinsOverGivingUpButCannotPutItOffForEver() throws Exception {
        fixture.heldFor = Duration.ofHours(1);
        long nowMs = fixture.clock.millis();
        fixture.hold(Letters.entry("1", 0, "wh_1", "job.completed", "paused", nowMs - 3_600_001));
        fixture.hold(Letters.entry("2", 0, "wh_2", "job.completed", "paused", nowMs - 3_600_001));
        fixture.order(
                "rpl_0",
                ReplayOrder.newBuilder(held(1_000)).setWebhookId("wh_1").build());
        Process process = fixture.start().own();
        for (int i = 1;
                i < 1_000
                        && fixture.in(fixture.topics.deadLetters(), ReplayFixture.LETTERS)
                                .isEmpty();
                i++) {
            fixture.order("rpl_" + i, all(1));
            process.turn();
        }

        assertThat(fixture.laneIds()).containsExactly("dlv_1");
        assertThat(fixture.in(fixture.topics.deadLetters(), ReplayFixture.LETTERS))
                .extracting(DeadLetter::getDeliveryId)
                .containsExactly("dlv_2");
    }
}
