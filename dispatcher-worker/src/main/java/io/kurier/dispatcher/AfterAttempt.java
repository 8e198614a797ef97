package io.kurier.dispatcher;

import io.kurier.model.RetryPolicy;
import java.time.Duration;
import java.util.Optional;

/** What follows an attempt: a pure decision. */
sealed interface AfterAttempt {
    /** The receiver has it. */
    record Delivered() implements AfterAttempt {}

    /** It is tried again, never before this. */
    record RetryAt(long dueAtMs) implements AfterAttempt {}

    /** It becomes a dead letter. */
    record GiveUp(String reason) implements AfterAttempt {}

    /**
     * @param madeInRun attempts of this run, the one that ended included
     * @param endedAtMs when it ended; the wait counts from here
     * @param chance from 0 to 1, for jitter
     */
    static AfterAttempt decide(AttemptResult result, RetryPolicy policy, int madeInRun, long endedAtMs, double chance) {
        if (result.isSuccess()) {
            return new Delivered();
        }
        Optional<Duration> wait = policy.waitAfter(madeInRun, chance);
        return wait.isPresent() ? new RetryAt(endedAtMs + wait.get().toMillis()) : new GiveUp("exhausted");
    }
}
