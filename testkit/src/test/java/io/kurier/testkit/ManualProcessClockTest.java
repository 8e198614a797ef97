package io.kurier.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ManualProcessClockTest {
    private static final Instant START = Instant.parse("2026-03-01T10:00:00.5Z");

    private final ManualProcessClock clock = new ManualProcessClock(START);

    @Test
    void standsStillUntilItIsMoved() {
        assertThat(clock.instant()).isEqualTo(START).isEqualTo(clock.instant());
        clock.advance(Duration.ofNanos(1_700_000));

        assertThat(clock.instant()).isEqualTo(START.plusNanos(1_700_000));
        assertThat(clock.millis()).isEqualTo(START.toEpochMilli() + 1);
        assertThat(clock.nanoTime()).isEqualTo(1_700_000);
    }

    @Test
    void aPauseMovesItAtOnce() throws InterruptedException {
        clock.sleep(Duration.ofDays(1));

        assertThat(clock.instant()).isEqualTo(START.plus(Duration.ofDays(1)));
    }

    @Test
    void itNeverGoesBack() {
        clock.advanceTo(START.toEpochMilli() + 50);
        clock.advanceTo(START.toEpochMilli() - 1_000);

        assertThat(clock.millis()).isEqualTo(START.toEpochMilli() + 50);
        assertThatThrownBy(() -> clock.advance(Duration.ofMillis(-1))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anInterruptEndsAPause() {
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> clock.sleep(Duration.ofSeconds(1))).isInstanceOf(InterruptedException.class);
        assertThat(clock.instant()).isEqualTo(START);
    }
}
