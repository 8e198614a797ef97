package io.kurier.dispatcher.attempt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.kurier.model.retry.RetryPolicy;
import io.kurier.sender.AttemptResult;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AttemptDecisionTest {
    private static final long ENDED_AT = 1_000_000;
    private static final AttemptResult REFUSED = AttemptResult.answered(503, null);
    private static final RetryPolicy TWICE = policy(0, "PT5S", "PT2M");

    @ParameterizedTest
    @ValueSource(ints = {200, 201, 202, 204, 299})
    void anyTwoHundredIsDelivered(int status) {
        assertThat(decide(AttemptResult.answered(status, "ok"), TWICE, 1, 0))
                .isEqualTo(new AttemptDecision.Delivered());
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 199, 300, 302, 304, 400, 404, 429, 500, 503})
    void nearlyAnyOtherAnswerIsTriedAgain(int status) {
        assertThat(decide(AttemptResult.answered(status, null), TWICE, 1, 0))
                .isEqualTo(new AttemptDecision.RetryAt(ENDED_AT + 5_000));
    }

    @ParameterizedTest
    @ValueSource(strings = {"address", "dns", "connect", "tls", "timeout", "reset", "response"})
    void noAnswerIsTriedAgain(String error) {
        assertThat(decide(AttemptResult.failed(error, null), TWICE, 1, 0))
                .isEqualTo(new AttemptDecision.RetryAt(ENDED_AT + 5_000));
    }

    @Test
    void aStatusThatThePolicyCallsFinalGivesUpAtOnce() {
        assertThat(decide(AttemptResult.answered(410, null), TWICE, 1, 0))
                .isEqualTo(new AttemptDecision.GiveUp("gone"));
    }

    @Test
    void theReceiverMayAskForALongerWaitButNotForAShorterOne() {
        assertThat(decide(AttemptResult.answered(503, null, "60"), TWICE, 1, 0))
                .isEqualTo(new AttemptDecision.RetryAt(ENDED_AT + 60_000));
        assertThat(decide(AttemptResult.answered(429, null, "1"), TWICE, 1, 0))
                .isEqualTo(new AttemptDecision.RetryAt(ENDED_AT + 5_000));
        assertThat(decide(AttemptResult.answered(503, null, "86400"), TWICE, 1, 0))
                .as("an hour is the bound")
                .isEqualTo(new AttemptDecision.RetryAt(ENDED_AT + 3_600_000));
        assertThat(decide(AttemptResult.answered(503, null, "60"), TWICE, 3, 0))
                .as("it buys no further attempt")
                .isEqualTo(new AttemptDecision.GiveUp("exhausted"));
    }

    @Test
    void eachFailureHasItsOwnWait() {
        assertThat(decide(REFUSED, TWICE, 2, 0)).isEqualTo(new AttemptDecision.RetryAt(ENDED_AT + 120_000));
    }

    @Test
    void theLastFailureGivesUp() {
        assertThat(decide(REFUSED, TWICE, 3, 0)).isEqualTo(new AttemptDecision.GiveUp("exhausted"));
        assertThat(decide(REFUSED, policy(0), 1, 0)).isEqualTo(new AttemptDecision.GiveUp("exhausted"));
    }

    @Test
    void theLastAttemptMaySucceed() {
        assertThat(decide(AttemptResult.answered(200, null), TWICE, 3, 0)).isEqualTo(new AttemptDecision.Delivered());
    }

    /** A record from before the schedule was shortened. */
    @Test
    void moreAttemptsThanTheScheduleHasGivesUp() {
        assertThat(decide(REFUSED, TWICE, 9, 0)).isEqualTo(new AttemptDecision.GiveUp("exhausted"));
    }

    @Test
    void jitterOnlyEverAddsAndNeverMoreThanItsShare() {
        RetryPolicy jittery = policy(0.1, "PT10S");

        assertThat(decide(REFUSED, jittery, 1, 0)).isEqualTo(new AttemptDecision.RetryAt(ENDED_AT + 10_000));
        assertThat(decide(REFUSED, jittery, 1, 0.5)).isEqualTo(new AttemptDecision.RetryAt(ENDED_AT + 10_500));
        assertThat(decide(REFUSED, jittery, 1, 1)).isEqualTo(new AttemptDecision.RetryAt(ENDED_AT + 11_000));
    }

    @Test
    void theStandardPolicyMakesTenAttempts() {
        assertThat(RetryPolicy.STANDARD.maxAttempts()).isEqualTo(10);
        assertThat(decide(REFUSED, RetryPolicy.STANDARD, 9, 0))
                .isEqualTo(new AttemptDecision.RetryAt(
                        ENDED_AT + Duration.ofHours(24).toMillis()));
        assertThat(decide(REFUSED, RetryPolicy.STANDARD, 10, 0)).isEqualTo(new AttemptDecision.GiveUp("exhausted"));
    }

    @Test
    void aPolicyOutOfBoundsIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> policy(0, "PT0.099S"));
        assertThatIllegalArgumentException().isThrownBy(() -> policy(0, "PT168H0.001S"));
        assertThatIllegalArgumentException().isThrownBy(() -> policy(1.01, "PT1S"));
        assertThatIllegalArgumentException().isThrownBy(() -> policy(-0.01, "PT1S"));
        assertThatIllegalArgumentException().isThrownBy(() -> policy(Double.NaN, "PT1S"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RetryPolicy(Collections.nCopies(51, Duration.ofSeconds(1)), 0));
        assertThat(policy(1, "PT0.1S", "PT168H").maxAttempts()).isEqualTo(3);
    }

    private static AttemptDecision decide(AttemptResult result, RetryPolicy policy, int made, double chance) {
        return AttemptDecision.decide(
                result, policy, new AttemptDecision.Circumstances(made, ENDED_AT, Duration.ofHours(1), chance));
    }

    private static RetryPolicy policy(double jitter, String... waits) {
        return new RetryPolicy(List.of(waits).stream().map(Duration::parse).toList(), jitter);
    }
}
