package io.kurier.expressions;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class EvaluationBudgetTest {
    private final EventVariables event = new EventVariables(
            "evt_1", "job.done", "j", Instant.EPOCH, ("{\"l\":[" + "1,".repeat(900) + "1]}").getBytes(UTF_8));

    @Test
    void aPauseOfTheProcessDoesNotEndAnEvaluation() {
        AtomicLong nanos = new AtomicLong();
        Condition condition = Condition.parse(
                "data.l.exists(a, a == 2)",
                () -> nanos.addAndGet(Duration.ofHours(1).toNanos()));

        assertThat(condition.of(event)).isEqualTo(new Condition.Result.Value(false));
    }

    @Test
    void withAClockThatStandsStillTheResultDependsOnTheEventAlone() {
        Condition condition = Condition.parse("data.l.all(a, a == 1)", () -> 0);

        for (int i = 0; i < 100; i++) {
            assertThat(condition.of(event)).isEqualTo(new Condition.Result.Value(true));
        }
    }

    @Test
    void whatIsReadIsCharged() {
        Condition condition = Condition.parse("data.l.all(a, data.l == data.l)", () -> 0);

        assertThat(condition.of(event))
                .isInstanceOfSatisfying(Condition.Result.Failed.class, failed -> assertThat(failed.reason())
                        .isEqualTo("the expression reads too much of the event's data: more than 4000000"
                                + " characters in total"));
    }
}
