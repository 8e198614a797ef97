package io.kurier.scheduler.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.scheduler.Letters;
import io.kurier.schemas.DeadLetter;
import io.kurier.schemas.ReplayOrder;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class ReplayFilterTest {
    private static final DeadLetter LETTER = Letters.entry("1", 0, "wh_1", "job.completed", "exhausted", 5_000);

    private static boolean matches(Consumer<ReplayOrder> narrowed) {
        ReplayOrder order = Letters.all(1);
        narrowed.accept(order);
        return new ReplayFilter(order).matches(LETTER);
    }

    @Test
    void anOrderWithoutAFilterMeansAllOfItsTenantAndNoOthers() {
        assertThat(matches(order -> {})).isTrue();
        assertThat(matches(order -> order.setTenant("other"))).isFalse();
    }

    @Test
    void eachFieldNarrowsByItself() {
        assertThat(matches(order -> order.setWebhookId("wh_1"))).isTrue();
        assertThat(matches(order -> order.setWebhookId("wh_2"))).isFalse();
        assertThat(matches(order -> order.setType("job.completed"))).isTrue();
        assertThat(matches(order -> order.setType("job.failed"))).isFalse();
        assertThat(matches(order -> order.setReason("exhausted"))).isTrue();
        assertThat(matches(order -> order.setReason("gone"))).isFalse();
        assertThat(matches(order -> order.setIds(List.of("dlv_0", "dlv_1")))).isTrue();
        assertThat(matches(order -> order.setIds(List.of("dlv_2")))).isFalse();
    }

    @Test
    void sinceIsIncludedAndUntilIsNot() {
        assertThat(matches(order -> order.setSinceMs(5_000L))).isTrue();
        assertThat(matches(order -> order.setSinceMs(5_001L))).isFalse();
        assertThat(matches(order -> order.setUntilMs(5_001L))).isTrue();
        assertThat(matches(order -> order.setUntilMs(5_000L))).isFalse();
    }

    @Test
    void fieldsNarrowTogether() {
        assertThat(matches(order -> {
                    order.setWebhookId("wh_1");
                    order.setReason("exhausted");
                }))
                .isTrue();
        assertThat(matches(order -> {
                    order.setWebhookId("wh_1");
                    order.setReason("gone");
                }))
                .isFalse();
    }

    @Test
    void aTakingIsNoLetter() {
        assertThat(new ReplayFilter(Letters.all(1)).matches(Letters.taking("1", 1, "rpl_1")))
                .isFalse();
    }
}
