package io.kurier.model.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetryPolicyTest {
    private static final RetryPolicy TWO_WAITS =
            new RetryPolicy(List.of(Duration.ofSeconds(1), Duration.ofSeconds(10)), 0.5);

    @Test
    void theStandardScheduleIsTenAttemptsOver75Hours35Minutes5Seconds() {
        assertThat(RetryPolicy.STANDARD.maxAttempts()).isEqualTo(10);
        assertThat(RetryPolicy.STANDARD.schedule().stream().reduce(Duration.ZERO, Duration::plus))
                .isEqualTo(Duration.ofHours(75).plusMinutes(35).plusSeconds(5));
    }

    @Test
    void nWaitsAreNPlusOneAttempts() {
        assertThat(TWO_WAITS.maxAttempts()).isEqualTo(3);
        assertThat(TWO_WAITS.waitAfter(1, 0)).contains(Duration.ofSeconds(1));
        assertThat(TWO_WAITS.waitAfter(2, 0)).contains(Duration.ofSeconds(10));
        assertThat(TWO_WAITS.waitAfter(3, 0)).isEmpty();
        assertThat(TWO_WAITS.waitAfter(4, 0)).isEmpty();
    }

    @Test
    void chanceOnlyAddsAndByNoMoreThanTheJitter() {
        assertThat(TWO_WAITS.waitAfter(2, 0.5)).contains(Duration.ofMillis(12_500));
        assertThat(TWO_WAITS.waitAfter(2, 1)).contains(Duration.ofSeconds(15));
        assertThat(new RetryPolicy(List.of(Duration.ofSeconds(10)), 0).waitAfter(1, 1))
                .contains(Duration.ofSeconds(10));
    }

    @Test
    void anEmptyScheduleGivesUpAfterTheFirstAttempt() {
        RetryPolicy once = new RetryPolicy(List.of(), 0);

        assertThat(once.maxAttempts()).isEqualTo(1);
        assertThat(once.waitAfter(1, 0)).isEmpty();
    }

    @Test
    void waitsAndTheirNumberAreBounded() {
        assertThat(waits(RetryPolicy.SHORTEST_WAIT).schedule()).hasSize(1);
        assertThat(waits(RetryPolicy.LONGEST_WAIT).schedule()).hasSize(1);
        assertThat(new RetryPolicy(Collections.nCopies(50, Duration.ofSeconds(1)), 0).maxAttempts())
                .isEqualTo(51);
        refused(() -> waits(RetryPolicy.SHORTEST_WAIT.minusMillis(1)), "99ms");
        refused(() -> waits(RetryPolicy.LONGEST_WAIT.plusMillis(1)), "604800001ms");
        refused(() -> new RetryPolicy(Collections.nCopies(51, Duration.ofSeconds(1)), 0), "found 51");
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.01, 1.01, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void aJitterOutsideZeroToOneIsRefused(double jitter) {
        refused(() -> new RetryPolicy(List.of(), jitter), Double.toString(jitter));
    }

    private static RetryPolicy waits(Duration wait) {
        return new RetryPolicy(List.of(wait), 0);
    }

    private static void refused(Runnable making, String found) {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(making::run)
                .withMessageContaining(found)
                .withMessageContaining("expected");
    }
}
