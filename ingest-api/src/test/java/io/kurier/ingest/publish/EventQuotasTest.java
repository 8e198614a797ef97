package io.kurier.ingest.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.kurier.ingest.http.Problem;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EventQuotasTest {
    private static final long SECOND = 1_000_000_000L;

    private final Map<String, Integer> perSecond = new HashMap<>();
    private long now = 5 * SECOND;
    private final EventQuotas quotas = new EventQuotas(tenant -> perSecond.getOrDefault(tenant, 0), () -> now);

    private TokenBucket open(String tenant) {
        TokenBucket bucket = quotas.open(tenant);
        assertThat(bucket).isNotNull();
        return bucket;
    }

    @Test
    void tenantWithoutLimitIsNotCounted() {
        assertThat(quotas.open("free")).isNull();
        assertThat(quotas.buckets()).isZero();
    }

    @Test
    void tenantsHaveSeparateQuotas() {
        perSecond.putAll(Map.of("a", 2, "b", 2));
        open("a").take(2);
        assertThatExceptionOfType(Problem.RefusedException.class)
                .isThrownBy(() -> quotas.open("a"))
                .withMessageContaining("tenant a is over its quota of 2 events per second")
                .satisfies(refused -> {
                    assertThat(refused.problem().status()).isEqualTo(429);
                    assertThat(refused.problem().retryAfterMs()).isEqualTo(500);
                });
        open("b").take(1);
        now += SECOND / 2;
        open("a");
        perSecond.remove("a");
        assertThat(quotas.open("a")).as("after the quota was removed").isNull();
    }

    @Test
    void fullBucketsAreForgottenAndOthersAreKept() {
        perSecond.put("indebted", 1);
        open("indebted").take(1_000);
        for (int i = 0; i < EventQuotas.MAX_BUCKETS; i++) {
            perSecond.put("t" + i, 10);
            open("t" + i).take(5);
        }
        now += SECOND;
        perSecond.put("next", 1);
        open("next");
        assertThat(quotas.buckets()).isEqualTo(2);
        assertThatExceptionOfType(Problem.RefusedException.class).isThrownBy(() -> quotas.open("indebted"));
    }
}
