package io.kurier.benchmarks.generator;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.benchmarks.ledger.Ledger;
import io.kurier.benchmarks.load.LoadWebhooks;
import org.junit.jupiter.api.Test;

class RequestPacingTest {
    @Test
    void anOpenLoopKeepsItsScheduleWhenItIsLate() {
        RequestPacing pacing = RequestPacing.openLoop(1_000, 5_000_000);

        assertThat(pacing.nanosUntilNext(4_000_000)).isEqualTo(1_000_000);
        pacing.sent();
        assertThat(pacing.nanosUntilNext(5_000_000)).isEqualTo(1_000_000);
        assertThat(pacing.nanosUntilNext(9_000_000)).isEqualTo(-3_000_000);
    }

    @Test
    void aClosedLoopPausesAtTheMaximumOfOutstandingDeliveries() {
        Ledger ledger = new Ledger(LoadWebhooks.ONE);
        RequestPacing pacing = RequestPacing.closedLoop(ledger, 2);
        ledger.accept(ledger.issue(0));
        assertThat(pacing.nanosUntilNext(0)).isZero();

        ledger.accept(ledger.issue(0));
        assertThat(pacing.nanosUntilNext(0)).isPositive();

        ledger.receive(0, 0, 0);
        assertThat(pacing.nanosUntilNext(0)).isZero();
    }

    @Test
    void noRequestIsDueWhileStopped() {
        assertThat(RequestPacing.stopped().nanosUntilNext(1)).isEqualTo(RequestPacing.NEVER);
    }
}
