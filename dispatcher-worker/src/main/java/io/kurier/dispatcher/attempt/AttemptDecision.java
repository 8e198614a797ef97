package io.kurier.dispatcher.attempt;

import io.kurier.model.retry.RetryPolicy;
import io.kurier.model.retry.StatusRules;
import io.kurier.sender.AttemptResult;
import java.time.Duration;
import java.util.Optional;

/** What follows an attempt: a pure decision. */
sealed interface AttemptDecision {
    int GONE = 410;

    /** The receiver has it. */
    record Delivered() implements AttemptDecision {}

    /** It is tried again, never before this. */
    record RetryAt(long dueAtMs) implements AttemptDecision {}

    /** It becomes a dead letter. */
    record GiveUp(String reason) implements AttemptDecision {}

    /**
     * When it ended, and what bounds the next one.
     *
     * @param madeInRun attempts of this run, the one that ended included
     * @param endedAtMs the wait counts from here
     * @param longestRetryAfter what a receiver may ask for
     * @param chance from 0 to 1, for jitter
     */
    record Circumstances(int madeInRun, long endedAtMs, Duration longestRetryAfter, double chance) {}

    static AttemptDecision decide(AttemptResult result, RetryPolicy policy, Circumstances at) {
        return switch (judge(result, policy)) {
            case SUCCESS -> new Delivered();
            case GIVE_UP -> new GiveUp(result.status() == GONE ? "gone" : "refused");
            case RETRY -> again(result, policy, at);
        };
    }

    /** What the answer means to this webhook; no answer means another try. */
    static StatusRules.Verdict judge(AttemptResult result, RetryPolicy policy) {
        return result.error() == null ? policy.statuses().judge(result.status()) : StatusRules.Verdict.RETRY;
    }

    private static AttemptDecision again(AttemptResult result, RetryPolicy policy, Circumstances at) {
        Optional<Duration> wait = policy.waitAfter(at.madeInRun(), at.chance());
        if (wait.isEmpty()) {
            return new GiveUp("exhausted");
        }
        long askedMs = RetryAfter.atMs(result.retryAfter(), at.endedAtMs(), at.longestRetryAfter());
        return new RetryAt(Math.max(at.endedAtMs() + wait.get().toMillis(), askedMs));
    }
}
