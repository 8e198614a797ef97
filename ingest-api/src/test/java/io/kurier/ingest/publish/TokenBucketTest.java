package io.kurier.ingest.publish;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TokenBucketTest {
    private static final long SECOND = 1_000_000_000L;

    private final TokenBucket bucket = new TokenBucket(10, 0);

    @Test
    void burstOfOneSecondIsAllowedAndTheRestFollowsTheRate() {
        for (int i = 0; i < 10; i++) {
            assertThat(bucket.waitMs(10, 0)).isZero();
            bucket.take(1);
        }
        assertThat(bucket.waitMs(10, 0)).isEqualTo(100);
        assertThat(bucket.waitMs(10, SECOND / 20)).isEqualTo(50);
        assertThat(bucket.waitMs(10, SECOND / 10)).isZero();
        bucket.take(1);
        assertThat(bucket.waitMs(10, SECOND / 10)).isPositive();
    }

    @Test
    void arrayLargerThanTheBurstIsAllowedAndDelaysTheNext() {
        assertThat(bucket.waitMs(10, 0)).isZero();
        bucket.take(100);
        assertThat(bucket.waitMs(10, SECOND)).isBetween(8_100L, 8_101L);
        assertThat(bucket.waitMs(10, 9 * SECOND + SECOND / 10)).isZero();
    }

    @Test
    void idleTimeSavesAtMostOneSecondOfTokens() {
        assertThat(bucket.isFull(10, 3_600 * SECOND)).isTrue();
        bucket.take(10);
        assertThat(bucket.waitMs(10, 3_600 * SECOND)).isEqualTo(100);
    }

    @Test
    void newRateAppliesAtOnce() {
        bucket.take(11);
        assertThat(bucket.waitMs(10, 0)).isEqualTo(200);
        assertThat(bucket.waitMs(1_000, 0)).isEqualTo(2);
        assertThat(bucket.waitMs(1_000, 2 * SECOND / 1_000)).isZero();
    }

    @Test
    void rateIsExactOverALongTime() {
        long taken = 0;
        for (long now = 0; now < 60 * SECOND; now += 7_000_001) {
            if (bucket.waitMs(10, now) == 0) {
                bucket.take(1);
                taken++;
            }
        }
        assertThat(taken).isBetween(607L, 610L);
    }
}
