package io.kurier.dispatcher.lane;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.sender.AttemptResult;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CircuitBreakerTest {
    private static final int PLACES = 8;
    private static final CircuitBreaker.Rules RULES =
            new CircuitBreaker.Rules(10, 50, 3, Duration.ofSeconds(5), Duration.ofSeconds(15), Duration.ofDays(3));
    private static final AttemptResult OK = AttemptResult.answered(200, null);
    private static final AttemptResult DOWN = AttemptResult.answered(503, null);
    private static final AttemptResult SILENT = AttemptResult.failed("timeout", null);

    private final CircuitBreaker circuit = new CircuitBreaker(RULES, PLACES);
    private long nowMs = 1_000;

    private boolean ended(AttemptResult result) {
        return circuit.ended(result, result == OK, nowMs - 1, nowMs);
    }

    private void times(int count, AttemptResult result) {
        for (int i = 0; i < count; i++) {
            assertThat(ended(result)).isFalse();
        }
    }

    private void opens() {
        times(2, SILENT);
        assertThat(ended(SILENT)).isTrue();
    }

    private CircuitBreaker.State state() {
        return circuit.state(nowMs);
    }

    @Test
    void aShareOfFailuresInAFullWindowOpensIt() {
        times(5, OK);
        times(4, DOWN);
        assertThat(circuit.limit(PLACES, nowMs)).isEqualTo(PLACES);

        assertThat(ended(DOWN)).isTrue();

        assertThat(state()).isEqualTo(CircuitBreaker.State.OPEN);
        assertThat(circuit.limit(PLACES, nowMs)).isZero();
        assertThat(circuit.reason()).isEqualTo("5 of the last 10 attempts failed");
    }

    @Test
    void aSmallerShareDoesNot() {
        for (int i = 0; i < 20; i++) {
            times(3, OK);
            times(2, DOWN);
        }
        assertThat(state()).isEqualTo(CircuitBreaker.State.CLOSED);
    }

    @Test
    void attemptsWithoutAnAnswerOneAfterAnotherOpenIt() {
        times(2, SILENT);
        times(1, DOWN);
        times(2, SILENT);

        assertThat(ended(SILENT)).isTrue();

        assertThat(circuit.reason()).isEqualTo("3 attempts in a row without an answer");
    }

    /** What refuses one delivery is there. */
    @ParameterizedTest
    @ValueSource(ints = {301, 400, 404, 422})
    void refusalsDoNotOpenIt(int status) {
        times(100, AttemptResult.answered(status, null));
        assertThat(state()).isEqualTo(CircuitBreaker.State.CLOSED);
    }

    @Test
    void whatTheWebhookCallsSuccessIsNone() {
        for (int i = 0; i < 100; i++) {
            assertThat(circuit.ended(DOWN, true, nowMs, nowMs)).isFalse();
        }
    }

    @Test
    void afterThePauseOneAtATimeMayProbe() {
        opens();
        nowMs += 4_999;
        assertThat(state()).isEqualTo(CircuitBreaker.State.OPEN);
        nowMs += 1;
        assertThat(state()).isEqualTo(CircuitBreaker.State.HALF_OPEN);
        assertThat(circuit.limit(PLACES, nowMs)).isEqualTo(1);
    }

    @Test
    void thePauseDoublesWithEachProbeThatFailsUpToItsLongest() {
        opens();
        for (int pauseMs : new int[] {5_000, 10_000, 15_000, 15_000}) {
            assertThat(circuit.pausedUntilMs() - nowMs).isEqualTo(pauseMs);
            assertThat(circuit.openSinceMs()).isEqualTo(1_000);
            nowMs += pauseMs + 1;
            assertThat(ended(DOWN)).isTrue();
        }
    }

    @Test
    void aClockThatWasSetBackDoesNotMakeThePauseLonger() {
        opens();
        nowMs -= Duration.ofHours(1).toMillis();
        assertThat(state()).isEqualTo(CircuitBreaker.State.HALF_OPEN);
    }

    @Test
    void aFailureAfter410IsAnOrdinaryOne() {
        circuit.gone(nowMs);
        nowMs += 6_000;
        assertThat(ended(DOWN)).isTrue();
        assertThat(circuit.isGone()).isFalse();
    }

    @Test
    void anAttemptFromBeforeItOpenedSaysNothing() {
        opens();
        assertThat(ended(OK)).isFalse();
        long beforeMs = nowMs;
        nowMs += 6_000;
        assertThat(circuit.ended(SILENT, false, beforeMs, nowMs)).isFalse();
        assertThat(circuit.ended(OK, true, beforeMs, nowMs)).isFalse();
        assertThat(state()).isEqualTo(CircuitBreaker.State.HALF_OPEN);
    }

    @Test
    void placesComeBackOneBySuccess() {
        opens();
        nowMs += 6_000;
        assertThat(ended(OK)).isTrue();
        for (int places = 2; places < PLACES; places++) {
            assertThat(circuit.limit(PLACES, nowMs)).isEqualTo(places);
            times(1, OK);
        }
        assertThat(circuit.limit(1_000, nowMs)).isEqualTo(1_000);
    }

    @Test
    void aFailureWhilePlacesComeBackHalvesThem() {
        opens();
        nowMs += 6_000;
        ended(OK);
        times(3, OK);
        assertThat(circuit.limit(PLACES, nowMs)).isEqualTo(5);
        times(1, DOWN);
        assertThat(circuit.limit(PLACES, nowMs)).isEqualTo(2);
    }

    @Test
    void aReceiverThatIsGoneIsNotAsked() {
        circuit.gone(nowMs);
        assertThat(state()).isEqualTo(CircuitBreaker.State.OPEN);
        assertThat(circuit.isGone()).isTrue();
    }

    @Test
    void zeroPercentSwitchesItOff() {
        CircuitBreaker off = new CircuitBreaker(
                new CircuitBreaker.Rules(10, 0, 3, Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofDays(3)),
                PLACES);
        for (int i = 0; i < 100; i++) {
            assertThat(off.ended(SILENT, false, nowMs, nowMs)).isFalse();
        }
        off.gone(nowMs);
        assertThat(off.ended(OK, true, nowMs + 6_000, nowMs + 6_001))
                .as("410 opens it all the same")
                .isTrue();
        assertThat(off.state(nowMs + 6_001)).isEqualTo(CircuitBreaker.State.CLOSED);
    }

    @Test
    void itIsForgottenWhenItIsWellOrOld() {
        assertThat(circuit.isAtRest(nowMs)).isTrue();
        times(1, DOWN);
        assertThat(circuit.isAtRest(nowMs)).isFalse();
        assertThat(circuit.isAtRest(nowMs + 600_001)).isTrue();
    }
}
