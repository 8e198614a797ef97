package io.kurier.dispatcher.lane;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.sender.AttemptResult;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProxyCircuitBreakerTest {
    private static final CircuitBreaker.Rules RULES =
            new CircuitBreaker.Rules(10, 50, 3, Duration.ofSeconds(5), Duration.ofMinutes(5), Duration.ofDays(3));
    private static final AttemptResult BROKEN = AttemptResult.failed("proxy", "the proxy refuses connections");

    private final ProxyCircuitBreaker proxy = new ProxyCircuitBreaker(true, RULES, 100);

    private void ends(int times, AttemptResult result) {
        for (int i = 0; i < times; i++) {
            proxy.ended(result, 1_000, 1_000);
        }
    }

    @Test
    void aProxyThatFailsStopsEverythingButOneProbe() {
        ends(3, BROKEN);
        assertThat(proxy.limit(1_000)).isZero();
        assertThat(proxy.limit(6_000)).isEqualTo(1);
        proxy.ended(BROKEN, 6_000, 6_000);
        assertThat(proxy.limit(10_999)).isZero();
        proxy.ended(AttemptResult.failed("timeout", null), 11_000, 11_001);
        assertThat(proxy.limit(11_001))
                .as("the receiver's own fault: the proxy works")
                .isEqualTo(2);
    }

    @Test
    void receiversThatFailSayNothingAgainstIt() {
        ends(50, AttemptResult.failed("connect", null));
        ends(50, AttemptResult.answered(503, null));
        ends(50, AttemptResult.failed("dns", null));
        assertThat(proxy.limit(1_000)).isEqualTo(100);
    }

    @Test
    void withoutAProxyThereIsNothingToStop() {
        ProxyCircuitBreaker none = new ProxyCircuitBreaker(false, RULES, 100);
        for (int i = 0; i < 10; i++) {
            none.ended(BROKEN, 1_000, 1_000);
        }
        assertThat(none.limit(1_000)).isEqualTo(100);
    }
}
