package io.kurier.ingest.access;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FailedKeyLimiterTest {
    private static final String A = "203.0.113.1";
    private static final String B = "203.0.113.2";

    private final FailedKeyLimiter keys = new FailedKeyLimiter(3);

    @Test
    void addressAtTheLimitIsBlockedUntilItsMinuteIsOver() {
        assertThat(keys.add(A, 1_000)).isFalse();
        assertThat(keys.add(A, 2_000)).isFalse();
        assertThat(keys.blockedForMs(A, 2_500)).isZero();
        assertThat(keys.isAnyBlocked(2_500)).isFalse();
        assertThat(keys.add(A, 3_000)).isTrue();
        assertThat(keys.add(A, 4_000)).as("reported once only").isFalse();

        assertThat(keys.isAnyBlocked(5_000)).isTrue();
        assertThat(keys.blockedForMs(A, 5_000)).isEqualTo(56_000);
        assertThat(keys.blockedForMs(B, 5_000)).isZero();
        assertThat(keys.blockedForMs(A, 61_000)).isZero();
        assertThat(keys.isAnyBlocked(61_000)).isFalse();
        assertThat(keys.add(A, 61_000)).isFalse();
        assertThat(keys.blockedForMs(A, 61_000)).isZero();
    }

    @Test
    void withoutALimitNothingIsCounted() {
        FailedKeyLimiter none = new FailedKeyLimiter(0);
        for (int i = 0; i < 1_000; i++) {
            assertThat(none.add(A, i)).isFalse();
        }
        assertThat(none.isAnyBlocked(1_000)).isFalse();
        assertThat(none.addresses()).isZero();
    }

    @Test
    void oldestAddressIsForgottenBeyondTheBound() {
        for (int i = 0; i < 3; i++) {
            keys.add(A, 0);
        }
        for (int i = 0; i < FailedKeyLimiter.MAX_ADDRESSES - 1; i++) {
            keys.add("address " + i, 1);
        }
        assertThat(keys.blockedForMs(A, 2)).isPositive();
        keys.add(B, 2);
        assertThat(keys.blockedForMs(A, 3)).isZero();
        assertThat(keys.addresses()).isEqualTo(FailedKeyLimiter.MAX_ADDRESSES);
    }
}
