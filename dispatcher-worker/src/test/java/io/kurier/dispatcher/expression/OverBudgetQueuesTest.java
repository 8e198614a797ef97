package io.kurier.dispatcher.expression;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.dispatcher.Samples;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OverBudgetQueuesTest {
    private static final long MILLI = 1_000_000;

    private long nowNanos;
    private final ExpressionBudget time = new ExpressionBudget(() -> nowNanos);
    private final OverBudgetQueues resting = new OverBudgetQueues(time);
    private final List<String> begun = new ArrayList<>();

    private void rest(String tenant, String... webhookIds) {
        for (String id : webhookIds) {
            resting.add(tenant, Samples.queue(id, 1));
        }
    }

    /** More than a tenant has in advance. */
    private void spend(String tenant) {
        long began = nowNanos;
        nowNanos += 30 * MILLI;
        time.spend(tenant, began);
    }

    @Test
    void queuesStartInTurnOnceTheirTenantHasTimeAgain() {
        spend("acme");
        rest("acme", "wh_1", "wh_2");
        rest("other", "wh_3");

        resting.wake(queue -> begun.add(queue.webhookId));
        assertThat(begun).containsExactly("wh_3");

        nowNanos += 600 * MILLI;
        resting.wake(queue -> begun.add(queue.webhookId));
        assertThat(begun).containsExactly("wh_3", "wh_1", "wh_2");
        resting.wake(queue -> begun.add(queue.webhookId));
        assertThat(begun).hasSize(3);
    }

    @Test
    void theFirstQueueThatUsesTheTimeLeavesTheOthersWaiting() {
        rest("acme", "wh_1", "wh_2");

        resting.wake(queue -> {
            begun.add(queue.webhookId);
            spend("acme");
            resting.add("acme", queue);
        });

        assertThat(begun).containsExactly("wh_1");
        nowNanos += 600 * MILLI;
        resting.wake(queue -> begun.add(queue.webhookId));
        assertThat(begun).containsExactly("wh_1", "wh_2", "wh_1");
    }

    @Test
    void eightQueuesOfATenantMayWaitAndOthersAreNotCounted() {
        for (int i = 0; i < OverBudgetQueues.MAX - 1; i++) {
            rest("acme", "wh_" + i);
        }
        assertThat(resting.isFull("acme")).isFalse();

        rest("acme", "wh_last");

        assertThat(OverBudgetQueues.MAX).isEqualTo(8);
        assertThat(resting.isFull("acme")).isTrue();
        assertThat(resting.isFull("other")).isFalse();
    }

    /** What all tenants have together for heavy expressions would be the first one's otherwise, each time. */
    @Test
    void aTenantThatStartedAQueueComesLastTheNextTime() {
        spend("acme");
        spend("other");
        nowNanos += 2_000 * MILLI;
        rest("acme", "wh_1", "wh_2");
        rest("other", "wh_3");

        resting.wake(queue -> {
            begun.add(queue.webhookId);
            spend("acme");
        });
        assertThat(begun).containsExactly("wh_1");
        nowNanos += 2_000 * MILLI;
        resting.wake(queue -> {
            begun.add(queue.webhookId);
            spend("other");
        });

        assertThat(begun).containsExactly("wh_1", "wh_3");
    }
}
