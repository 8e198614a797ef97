package io.kurier.dispatcher.lane;

import io.kurier.schemas.CircuitRecord;
import io.kurier.sender.AttemptResult;
import java.time.Duration;
import java.util.BitSet;

/**
 * Whether asking a receiver makes sense now. Closed until too many of its last attempts fail or too many in a row get no
 * answer; then open, so that nothing is sent, for a pause that doubles each time; then half-open, with one attempt at a
 * time. The first that succeeds closes it, and each further one gives a place back until all are. The event loop's.
 */
public final class CircuitBreaker {
    /** What the webhook's owner sees of it. */
    public enum State {
        CLOSED,
        OPEN,
        HALF_OPEN
    }

    /**
     * When it opens, and for how long.
     *
     * @param window how many of the last attempts count
     * @param failurePercent of a full window; 0 switches circuits off
     * @param unansweredInARow attempts without any answer, one after another
     * @param shortestPause the first one
     * @param longestPause after which the pause does not grow
     * @param patience how long a delivery is put off by open circuits before it is given up
     */
    public record Rules(
            int window,
            int failurePercent,
            int unansweredInARow,
            Duration shortestPause,
            Duration longestPause,
            Duration patience) {
        public Rules pausing(Duration always) {
            return new Rules(window, failurePercent, unansweredInARow, always, always, patience);
        }

        private long pauseMs(int openings) {
            long doubled = shortestPause.toMillis() << Math.min(openings - 1, 20);
            return Math.min(doubled, longestPause.toMillis());
        }
    }

    private static final int ALL = Integer.MAX_VALUE;
    /** How long a receiver that few ask is remembered by how it did. */
    private static final long REMEMBERED_MS = Duration.ofMinutes(10).toMillis();

    private final Rules rules;
    private final int mostPlaces;
    private final BitSet failed = new BitSet();
    private int next;
    private int counted;
    private int unanswered;
    private int openings;
    private int placesBack = ALL;
    private boolean isBroken;
    private boolean isGone;
    private long openSinceMs;
    private long pausedUntilMs;
    private long endedAtMs;
    private String reason = "";

    /** @param mostPlaces how many attempts may be in flight while it is closed */
    CircuitBreaker(Rules rules, int mostPlaces) {
        this.rules = rules;
        this.mostPlaces = mostPlaces;
    }

    public State state(long nowMs) {
        if (!isBroken) {
            return State.CLOSED;
        }
        long leftMs = pausedUntilMs - nowMs;
        // a clock that was set back does not make the pause longer
        return leftMs > 0 && leftMs <= rules.longestPause().toMillis() ? State.OPEN : State.HALF_OPEN;
    }

    /** How many of the webhook's places may be used now. */
    int places(int most, long nowMs) {
        return switch (state(nowMs)) {
            case OPEN -> 0;
            case HALF_OPEN -> 1;
            case CLOSED -> Math.min(most, placesBack);
        };
    }

    /**
     * An attempt ended. One that began before the circuit opened says nothing of the receiver as it is now.
     *
     * @return whether the circuit opened, opened again, or closed
     */
    public boolean ended(AttemptResult result, boolean isDelivered, long beganAtMs, long nowMs) {
        boolean isMeaningless = isBroken ? beganAtMs < pausedUntilMs : rules.failurePercent() == 0;
        if (isMeaningless) {
            return false;
        }
        endedAtMs = nowMs;
        boolean isTrouble = !isDelivered && isTrouble(result);
        if (isBroken) {
            return isTrouble ? open(reason, nowMs) : close();
        }
        count(result, isTrouble);
        if (unanswered >= rules.unansweredInARow()) {
            return open(unanswered + " attempts in a row without an answer", nowMs);
        }
        int failures = failed.cardinality();
        if (counted >= rules.window() && failures * 100 >= rules.failurePercent() * rules.window()) {
            return open(failures + " of the last " + rules.window() + " attempts failed", nowMs);
        }
        return false;
    }

    /** An answer that refuses this one delivery says that the receiver works. */
    private static boolean isTrouble(AttemptResult result) {
        return result.error() != null || result.status() >= 500 || result.status() == 429;
    }

    private void count(AttemptResult result, boolean isTrouble) {
        failed.set(next, isTrouble);
        next = (next + 1) % rules.window();
        counted = Math.min(counted + 1, rules.window());
        unanswered = result.error() == null ? 0 : unanswered + 1;
        if (isTrouble) {
            placesBack = placesBack == ALL ? ALL : Math.max(1, placesBack / 2);
        } else if (placesBack != ALL && ++placesBack >= mostPlaces) {
            placesBack = ALL;
            openings = 0;
        }
    }

    /** The receiver says that it will never be there again. */
    public void gone(long nowMs) {
        open("the receiver answered 410", nowMs);
        isGone = true;
    }

    /** As a former owner of the lane left it. */
    public void restore(CircuitRecord left) {
        isBroken = true;
        openings = 1;
        reason = left.getReason();
        openSinceMs = left.getSinceMs();
        pausedUntilMs = left.getUntilMs();
    }

    private boolean open(String why, long nowMs) {
        openSinceMs = isBroken ? openSinceMs : nowMs;
        isBroken = true;
        isGone = false;
        openings++;
        reason = why;
        pausedUntilMs = nowMs + rules.pauseMs(openings);
        return true;
    }

    private boolean close() {
        isBroken = false;
        isGone = false;
        placesBack = 2;
        failed.clear();
        counted = 0;
        unanswered = 0;
        return true;
    }

    public long openSinceMs() {
        return openSinceMs;
    }

    public boolean isGone() {
        return isGone;
    }

    /** From when on one attempt at a time may probe. */
    public long pausedUntilMs() {
        return pausedUntilMs;
    }

    public String reason() {
        return reason;
    }

    /** Whether a new one would do as well. */
    boolean isAtRest(long nowMs) {
        boolean isWell = !isBroken && placesBack == ALL && failed.isEmpty();
        return isWell || nowMs > Math.max(endedAtMs, pausedUntilMs) + REMEMBERED_MS;
    }
}
