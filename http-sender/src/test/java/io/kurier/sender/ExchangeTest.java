package io.kurier.sender;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.model.webhook.Webhook;
import io.kurier.runtime.time.ProcessClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ExchangeTest {
    private static final Exchange.Limit TLS_LIMIT = new Exchange.Limit("KURIER_TLS_TIMEOUT", Duration.ofSeconds(1));

    private final ManualNanos clock = new ManualNanos();
    private final RunningExchanges running = new RunningExchanges();
    private final List<AttemptResult> results = new ArrayList<>();
    private final Webhook webhook =
            Samples.webhook(1, "https://example.com/", "*", Samples.NEVER_AGAIN, Duration.ofSeconds(2));
    private final Exchange exchange = new Exchange(Samples.request(webhook), webhook, running, clock, results::add);

    /** Monotonic time that a test moves. */
    private static final class ManualNanos implements ProcessClock {
        private long nanos = Long.MAX_VALUE - 1_000_000;

        void advance(Duration by) {
            nanos += by.toNanos();
        }

        @Override
        public long nanoTime() {
            return nanos;
        }

        @Override
        public Instant instant() {
            return Instant.EPOCH;
        }

        @Override
        public void sleep(Duration pause) {
            advance(pause);
        }
    }

    @BeforeEach
    void begin() {
        running.add(exchange);
    }

    private void expireAfter(Duration time) {
        clock.advance(time);
        exchange.expire(clock.nanoTime());
    }

    @Test
    void theWebhooksTimeoutEndsAnExchangeNotAMomentEarlier() {
        expireAfter(Duration.ofSeconds(2).minusNanos(1));
        assertThat(results).isEmpty();

        expireAfter(Duration.ofNanos(1));
        assertThat(results)
                .containsExactly(AttemptResult.failed(
                        "dns", "the webhook's timeout of 2s expired while resolving the host name"));
        assertThat(running.copy()).isEmpty();
    }

    @Test
    void aPhasesOwnLimitEndsItAndIsNamed() {
        exchange.enters(Exchange.Phase.TLS_HANDSHAKE, TLS_LIMIT);
        expireAfter(Duration.ofSeconds(1));
        assertThat(results)
                .containsExactly(AttemptResult.failed(
                        "timeout", "KURIER_TLS_TIMEOUT of 1s expired while performing the TLS handshake"));
    }

    @Test
    void ofTwoLimitsThatPassedTheEarlierOneIsNamed() {
        clock.advance(Duration.ofMillis(1_500));
        exchange.enters(Exchange.Phase.TLS_HANDSHAKE, TLS_LIMIT);
        expireAfter(Duration.ofSeconds(5));
        assertThat(results)
                .containsExactly(AttemptResult.failed(
                        "timeout", "the webhook's timeout of 2s expired while performing the TLS handshake"));
    }

    @Test
    void aLimitEndsWithItsPhase() {
        exchange.enters(Exchange.Phase.TLS_HANDSHAKE, TLS_LIMIT);
        exchange.enters(Exchange.Phase.SENDING);
        expireAfter(Duration.ofMillis(1_500));
        assertThat(results).isEmpty();
    }

    @Test
    void onlyTheFirstEndCounts() {
        exchange.end(AttemptResult.answered(200, "ok"));
        exchange.end(AttemptResult.failed("reset", "late"));
        expireAfter(Duration.ofSeconds(5));
        assertThat(results).containsExactly(AttemptResult.answered(200, "ok"));
    }
}
