package io.kurier.scheduler.replay;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReplayRateTest {
    @Test
    void creditGrowsWithTimeFromNothing() {
        ReplayRate rate = new ReplayRate(20, 1_000);

        assertThat(rate.available(1_000, 100)).isZero();
        assertThat(rate.available(1_049, 100)).isZero();
        assertThat(rate.available(1_050, 100)).isEqualTo(1);
        rate.spend(1);
        assertThat(rate.available(1_050, 100)).isZero();
        assertThat(rate.available(1_150, 100)).isEqualTo(2);
    }

    @Test
    void halfASecondsWorthIsTheMost() {
        ReplayRate rate = new ReplayRate(20, 0);

        assertThat(rate.available(60_000, 100)).isEqualTo(10);
        assertThat(rate.available(60_000, 4)).as("the limit").isEqualTo(4);
    }

    @Test
    void aSlowRateMovesOneAtATime() {
        ReplayRate rate = new ReplayRate(0.01, 0);

        assertThat(rate.available(99_000, 100)).isZero();
        assertThat(rate.available(200_000, 100)).isEqualTo(1);
        rate.spend(1);
        assertThat(rate.available(299_000, 100)).isZero();
        assertThat(rate.available(300_000, 100)).isEqualTo(1);
    }

    @Test
    void aClockThatGoesBackTakesAndGivesNoCredit() {
        ReplayRate rate = new ReplayRate(10, 10_000);

        assertThat(rate.available(10_200, 100)).isEqualTo(2);
        assertThat(rate.available(5_000, 100)).isEqualTo(2);
        assertThat(rate.available(5_100, 100)).isEqualTo(3);
    }
}
