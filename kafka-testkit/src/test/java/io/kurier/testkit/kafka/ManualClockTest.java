package io.kurier.testkit.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;

class ManualClockTest {
    private final ManualClock clock = new ManualClock();

    @Test
    void ticksByItself() {
        Instant before = Instant.now();
        Instant told = clock.instant();
        assertThat(told).isBetween(before, Instant.now());
    }

    @Test
    void jumpsOnlyWhenToldAndTheBrokersTimeWithIt() {
        clock.advance(Duration.ofHours(6));
        clock.advance(Duration.ofSeconds(1));
        Instant expected = Instant.now().plus(Duration.ofHours(6)).plusSeconds(1);
        assertThat(clock.instant()).isCloseTo(expected, within(1, ChronoUnit.SECONDS));
        assertThat(clock.brokerTime().milliseconds()).isCloseTo(expected.toEpochMilli(), within(1000L));
        assertThat(clock.ahead()).isEqualTo(Duration.ofHours(6).plusSeconds(1));
    }

    @Test
    void theMonotonicSideOfTheBrokersTimeStaysReal() {
        long before = System.nanoTime();
        clock.advance(Duration.ofHours(6));
        assertThat(clock.brokerTime().nanoseconds()).isBetween(before, System.nanoTime());
    }

    @Test
    void neverGoesBackAndKnowsNothingFinerThanKafkaDoes() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> clock.advance(Duration.ofSeconds(-1)))
                .withMessageContaining("PT-1S");
        assertThatIllegalArgumentException().isThrownBy(() -> clock.advance(Duration.ofNanos(1)));
        assertThat(clock.ahead()).isZero();
    }
}
