package io.kurier.dispatcher.lane;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.model.webhook.RateLimit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class SlidingWindowRateLimiterPropertyTest {
    private static final long NOW = 1_795_000_000_000L;
    private static final long LONG_AGO = NOW - Duration.ofDays(1).toMillis();

    private static boolean mayStart(SlidingWindowRateLimiter window, long nowMs) {
        return window.waitMs(0, nowMs) <= 0;
    }

    /** Whatever is asked when, no window holds more than the limit; and with a backlog none holds less. */
    @RepeatedTest(50)
    void noWindowHoldsMoreThanTheLimit() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        RateLimit limit = new RateLimit(1 + random.nextInt(50), Duration.ofMillis(100 + random.nextInt(5_000)));
        SlidingWindowRateLimiter window = new SlidingWindowRateLimiter(limit, LONG_AGO);
        List<Long> began = new ArrayList<>();
        long nowMs = NOW;
        for (int i = 0; i < 2_000; i++) {
            nowMs += random.nextInt(10) == 0 ? random.nextInt((int) limit.per().toMillis()) : random.nextInt(10);
            // whoever looked at the clock a moment ago asks too
            window.waitMs(random.nextInt(3), nowMs - random.nextInt(20));
            if (mayStart(window, nowMs)) {
                window.use(nowMs);
                began.add(nowMs);
            }
        }
        for (int i = limit.limit(); i < began.size(); i++) {
            assertThat(began.get(i) - began.get(i - limit.limit()))
                    .as("seed %s, limit %s, attempt %s", seed, limit, i)
                    .isGreaterThanOrEqualTo(limit.per().toMillis());
        }
    }

    @Test
    void aBacklogDrainsAtTheLimit() {
        SlidingWindowRateLimiter window =
                new SlidingWindowRateLimiter(new RateLimit(100, Duration.ofMinutes(1)), LONG_AGO);
        int began = 0;
        for (long nowMs = NOW; nowMs < NOW + Duration.ofMinutes(10).toMillis(); nowMs += 10) {
            while (mayStart(window, nowMs)) {
                window.use(nowMs);
                began++;
            }
        }
        assertThat(began).isEqualTo(1_000);
    }

    /** What the former owner began in the same window is not known. */
    @Test
    void aLaneTakenOverBeginsEvenlyAndNotAtOnce() {
        SlidingWindowRateLimiter window =
                new SlidingWindowRateLimiter(new RateLimit(10, Duration.ofSeconds(1)), NOW + 2_000);

        assertThat(mayStart(window, NOW + 2_099)).isFalse();
        assertThat(mayStart(window, NOW + 2_100)).isTrue();
        window.use(NOW + 2_100);
        assertThat(window.waitMs(0, NOW + 2_100)).isEqualTo(100);
        assertThat(window.waitMs(8, NOW + 2_100)).isEqualTo(900);
        assertThat(window.waitMs(9, NOW + 2_100)).isEqualTo(1_000);
        assertThat(window.waitMs(25, NOW + 2_100)).isEqualTo(2_600);
        assertThat(mayStart(window, NOW + 2_199)).isFalse();
    }

    @Test
    void aClockSetBackHoldsNobodyForLongerThanAWindow() {
        SlidingWindowRateLimiter window =
                new SlidingWindowRateLimiter(new RateLimit(1, Duration.ofSeconds(1)), LONG_AGO);
        window.use(NOW);

        assertThat(window.waitMs(0, NOW + 400)).isEqualTo(600);
        assertThat(window.waitMs(0, NOW - 3_600_000)).isEqualTo(600);
        assertThat(mayStart(window, NOW - 3_600_000 + 599)).isFalse();
        assertThat(mayStart(window, NOW - 3_600_000 + 600)).isTrue();
    }

    @Test
    void aWindowIsFreeWhenNothingInItIsUsed() {
        SlidingWindowRateLimiter window =
                new SlidingWindowRateLimiter(new RateLimit(2, Duration.ofSeconds(1)), LONG_AGO);
        assertThat(window.isUnused(NOW)).isTrue();
        window.use(NOW);
        assertThat(window.isUnused(NOW + 999)).isFalse();
        assertThat(window.isUnused(NOW + 1_000)).isTrue();
    }

    @Test
    void whatDidNotBeginAfterAllTakesNoPlace() {
        SlidingWindowRateLimiter window =
                new SlidingWindowRateLimiter(new RateLimit(2, Duration.ofSeconds(1)), LONG_AGO);
        window.use(NOW);
        window.use(NOW + 100);
        window.giveBack();

        assertThat(mayStart(window, NOW + 200)).isTrue();
        window.use(NOW + 200);
        assertThat(mayStart(window, NOW + 999)).isFalse();
        assertThat(mayStart(window, NOW + 1_000)).isTrue();
        window.use(NOW + 1_000);
        assertThat(window.waitMs(0, NOW + 1_000)).isEqualTo(200);
    }
}
