package io.kurier.dispatcher.expression;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ExpressionBudgetTest {
    private static final long MILLI = 1_000_000;

    private long nowNanos;
    private final ExpressionBudget expressions = new ExpressionBudget(() -> nowNanos);

    private void evaluate(String tenant, long nanos) {
        long began = expressions.nanos();
        nowNanos += nanos;
        expressions.spend(tenant, began);
    }

    @Test
    void beyondItsAdvanceATenantHasATwentiethOfTheTime() {
        evaluate("acme", 20 * MILLI);
        assertThat(expressions.isSpent("acme")).isFalse();

        evaluate("acme", 3 * MILLI);

        assertThat(expressions.isSpent("acme")).isTrue();
        assertThat(expressions.isSpent("other")).isFalse();
        nowNanos += 56 * MILLI;
        assertThat(expressions.isSpent("acme")).isTrue();
        nowNanos += MILLI;
        assertThat(expressions.isSpent("acme")).isFalse();
    }

    @Test
    void unusedTimeIsNotSavedUp() {
        evaluate("acme", MILLI);
        nowNanos += 10_000 * MILLI;
        assertThat(expressions.isSpent("acme")).isFalse();

        evaluate("acme", 21 * MILLI);

        assertThat(expressions.isSpent("acme")).isTrue();
    }

    @Test
    void quickEvaluationsNeverWait() {
        for (int i = 0; i < 10_000; i++) {
            evaluate("acme", MILLI / 100);
            nowNanos += MILLI;
            assertThat(expressions.isSpent("acme")).isFalse();
        }
    }

    @Test
    void aPauseOfTheProcessCostsNoMoreThanTheLongestEvaluation() {
        evaluate("acme", 60_000 * MILLI);
        assertThat(expressions.isSpent("acme")).isTrue();

        nowNanos += 9_600 * MILLI;

        assertThat(expressions.isSpent("acme")).isFalse();
    }

    @Test
    void heavyEvaluationsOfAllTenantsTogetherHaveAQuarter() {
        evaluate("light", MILLI / 2);
        for (int i = 0; i < 15; i++) {
            evaluate("heavy-" + i, 10 * MILLI);
        }

        assertThat(expressions.isSpent("heavy-0"))
                .as("it has much of its own share left")
                .isTrue();
        assertThat(expressions.isSpent("light")).isFalse();
        nowNanos += 500 * MILLI;
        assertThat(expressions.isSpent("heavy-0")).isFalse();
    }

    @Test
    void postponedEvaluationsGetTimesOneAfterAnother() {
        evaluate("acme", MILLI);

        assertThat(expressions.reserveMs("acme")).isEqualTo(20 + 25);
        assertThat(expressions.reserveMs("acme")).isEqualTo(20 + 2 * 25);
        assertThat(expressions.reserveMs("other")).isZero();
        nowNanos += 30 * MILLI;
        assertThat(expressions.reserveMs("acme")).isEqualTo(20 + 3 * 25 - 30);
    }

    @Test
    void aPauseInTheMiddleOfAnEvaluationDoesNotMakeTheQueueLong() {
        evaluate("acme", MILLI / 20);
        evaluate("acme", 500 * MILLI);

        long first = expressions.reserveMs("acme");

        assertThat(expressions.reserveMs("acme") - first).isLessThanOrEqualTo(25);
    }

    @Test
    void heavyEvaluationsAreQueuedBehindTheTimeOfAllTenants() {
        for (int i = 0; i < 15; i++) {
            evaluate("heavy-" + i, 100 * MILLI);
        }
        nowNanos += 2_000 * MILLI;

        assertThat(expressions.reserveMs("heavy-0")).isGreaterThan(2_000);
    }

    @Test
    void aTenantsAverageIsForgottenAfterAMinuteWithoutEvaluations() {
        evaluate("acme", 10 * MILLI);
        nowNanos += 60_000 * MILLI;
        expressions.dropIdle();
        assertThat(expressions.reserveMs("acme")).isEqualTo(25);

        nowNanos += 61_000 * MILLI;
        expressions.dropIdle();
        assertThat(expressions.reserveMs("acme")).isZero();
    }
}
