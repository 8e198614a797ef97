package io.kurier.dispatcher.attempt;

import io.kurier.model.retry.RetryPolicy;
import io.kurier.model.retry.StatusRules;
import io.kurier.sender.AttemptResult;
import java.time.Duration;
import java.util.Optional;

/** Decides whether a delivery is done, retried or given up after an attempt. Pure. */
sealed interface AttemptDecision {
    /** HTTP 410: the receiver is gone for good. */
    int GONE = 410;

    /** The receiver accepted the delivery. */
    record Delivered() implements AttemptDecision {}

    /**
     * The delivery is attempted again.
     *
     * @param dueAtMs epoch milliseconds before which the next attempt must not start
     */
    record RetryAt(long dueAtMs) implements AttemptDecision {}

    /**
     * The delivery becomes a dead letter.
     *
     * @param reason {@code gone}, {@code refused} or {@code exhausted}
     */
    record GiveUp(String reason) implements AttemptDecision {}

    /**
     * The facts about an attempt that bound the next one.
     *
     * @param madeInRun attempts of this run so far, including the one that ended
     * @param endedAtMs end of the attempt, epoch milliseconds; the wait counts from here
     * @param longestRetryAfter longest wait that a receiver may ask for
     * @param chance random number from 0 (inclusive) to 1 (exclusive) for the jitter
     */
    record Circumstances(int madeInRun, long endedAtMs, Duration longestRetryAfter, double chance) {}

    static AttemptDecision decide(AttemptResult result, RetryPolicy policy, Circumstances at) {
        return switch (judge(result, policy)) {
            case SUCCESS -> new Delivered();
            case GIVE_UP -> new GiveUp(result.status() == GONE ? "gone" : "refused");
            case RETRY -> retry(result, policy, at);
        };
    }

    /** Classifies a result by the webhook's rules. An attempt without an answer is always retried. */
    static StatusRules.Verdict judge(AttemptResult result, RetryPolicy policy) {
        return result.error() == null ? policy.statuses().judge(result.status()) : StatusRules.Verdict.RETRY;
    }

    private static AttemptDecision retry(AttemptResult result, RetryPolicy policy, Circumstances at) {
        Optional<Duration> wait = policy.waitAfter(at.madeInRun(), at.chance());
        if (wait.isEmpty()) {
            return new GiveUp("exhausted");
        }
        long retryAfterMs = RetryAfter.atMs(result.retryAfter(), at.endedAtMs(), at.longestRetryAfter());
        return new RetryAt(Math.max(at.endedAtMs() + wait.get().toMillis(), retryAfterMs));
    }
}
