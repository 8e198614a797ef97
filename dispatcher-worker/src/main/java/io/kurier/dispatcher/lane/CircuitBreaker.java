package io.kurier.dispatcher.lane;

import io.kurier.schemas.CircuitRecord;
import io.kurier.sender.AttemptResult;
import java.time.Duration;

/**
 * Stops attempts at a receiver that fails, and probes it until it works again. Event loop only.
 *
 * <pre>
 *            too many failures,              the pause is over
 *            too many in a row without         (by the clock)
 *            an answer, or 410
 *   CLOSED ─────────────────────────► OPEN ─────────────────► HALF_OPEN
 *     ▲                                 ▲                       │    │
 *     │                                 └────── failure ────────┘    │
 *     └───────────────────────── success ────────────────────────────┘
 * </pre>
 *
 * Open: no attempt starts. Half-open: one attempt at a time. Each failure in half-open doubles the pause. After the circuit
 * has closed, the concurrency limit grows back by one with each success, and halves with each failure.
 */
public final class CircuitBreaker {
    /** The state that the HTTP API shows. */
    public enum State {
        CLOSED,
        OPEN,
        HALF_OPEN
    }

    /**
     * When a circuit opens, and for how long.
     *
     * @param window how many of the last attempts count
     * @param failurePercent share of failures in a full window that opens the circuit; 0 switches circuits off
     * @param unansweredInARow attempts without any answer, one after another, that open the circuit
     * @param shortestPause the first pause
     * @param longestPause the pause does not grow beyond this
     * @param patience how long open circuits postpone a delivery before it becomes a dead letter
     */
    public record Rules(
            int window,
            int failurePercent,
            int unansweredInARow,
            Duration shortestPause,
            Duration longestPause,
            Duration patience) {
        /** The same rules with a pause that never grows. */
        public Rules pausing(Duration always) {
            return new Rules(window, failurePercent, unansweredInARow, always, always, patience);
        }

        private long pauseMs(int openings) {
            long doubled = shortestPause.toMillis() << Math.min(openings - 1, 20);
            return Math.min(doubled, longestPause.toMillis());
        }
    }

    /** The phase of the breaker with its data. Every transition is a method that makes the next phase. */
    private sealed interface Phase {}

    /** Attempts start, at most {@code limit} at once. */
    private static final class Closed implements Phase {
        private static final int UNLIMITED = Integer.MAX_VALUE;
        private static final int FIRST_LIMIT = 2;

        private final ResultWindow results;
        private int limit;
        /** Times the circuit opened since its limit was last gone. */
        private int openings;

        private Closed(int window, int limit, int openings) {
            this.results = new ResultWindow(window);
            this.limit = limit;
            this.openings = openings;
        }

        static Closed unlimited(int window) {
            return new Closed(window, UNLIMITED, 0);
        }

        private void add(boolean isFailure, boolean isAnswered, int fullLimit) {
            results.add(isFailure, isAnswered);
            if (limit == UNLIMITED) {
                return;
            }
            if (isFailure) {
                limit = Math.max(1, limit / 2);
            } else if (++limit >= fullLimit) {
                limit = UNLIMITED;
                openings = 0;
            }
        }

        /** Why the circuit has to open; empty if it need not. */
        private String reasonToOpen(Rules rules) {
            if (results.unansweredInARow() >= rules.unansweredInARow()) {
                return results.unansweredInARow() + " attempts in a row without an answer";
            }
            int failures = results.failures();
            boolean isTooMuch = failures * 100 >= rules.failurePercent() * rules.window();
            return results.isFull() && isTooMuch
                    ? failures + " of the last " + rules.window() + " attempts failed"
                    : "";
        }

        private Broken open(String reason, boolean isGone, Rules rules, long nowMs) {
            return new Broken(openings + 1, reason, isGone, nowMs, nowMs + rules.pauseMs(openings + 1));
        }

        private boolean isWell() {
            return limit == UNLIMITED && results.failures() == 0;
        }
    }

    /**
     * Open until {@code pausedUntilMs}, half-open afterwards.
     *
     * @param openings times the circuit opened, this one included
     * @param isGone whether the receiver answered 410
     */
    private record Broken(int openings, String reason, boolean isGone, long sinceMs, long pausedUntilMs)
            implements Phase {
        private Broken reopen(String why, boolean gone, Rules rules, long nowMs) {
            return new Broken(openings + 1, why, gone, sinceMs, nowMs + rules.pauseMs(openings + 1));
        }

        private Closed close(Rules rules) {
            return new Closed(rules.window(), Closed.FIRST_LIMIT, openings);
        }
    }

    /** How long a receiver with little traffic is remembered by its results. */
    private static final long REMEMBERED_MS = Duration.ofMinutes(10).toMillis();

    private final Rules rules;
    private final int concurrency;
    private Phase phase;
    private long lastResultMs;

    /** @param concurrency attempts that may be in flight while the circuit is closed */
    CircuitBreaker(Rules rules, int concurrency) {
        this.rules = rules;
        this.concurrency = concurrency;
        this.phase = Closed.unlimited(rules.window());
    }

    public State state(long nowMs) {
        if (!(phase instanceof Broken broken)) {
            return State.CLOSED;
        }
        long leftMs = broken.pausedUntilMs() - nowMs;
        // a clock that was set back does not make the pause longer
        return leftMs > 0 && leftMs <= rules.longestPause().toMillis() ? State.OPEN : State.HALF_OPEN;
    }

    /**
     * How many attempts may be in flight now.
     *
     * @param most the number that the webhook's own limit allows
     */
    int limit(int most, long nowMs) {
        if (phase instanceof Closed closed) {
            return Math.min(most, closed.limit);
        }
        return state(nowMs) == State.OPEN ? 0 : 1;
    }

    /**
     * An attempt ended. An attempt that started before the circuit opened does not count.
     *
     * @param isDelivered whether the webhook's rules call the result a success
     * @param startedAtMs epoch milliseconds
     * @return whether the circuit opened, opened again, or closed
     */
    public boolean ended(AttemptResult result, boolean isDelivered, long startedAtMs, long nowMs) {
        boolean isFailure = !isDelivered && isFailure(result);
        if (phase instanceof Broken broken) {
            if (startedAtMs < broken.pausedUntilMs()) {
                return false;
            }
            lastResultMs = nowMs;
            phase = isFailure ? broken.reopen(broken.reason(), false, rules, nowMs) : broken.close(rules);
            return true;
        }
        if (rules.failurePercent() == 0) {
            return false;
        }
        lastResultMs = nowMs;
        Closed closed = (Closed) phase;
        closed.add(isFailure, result.error() == null, concurrency);
        String reason = closed.reasonToOpen(rules);
        if (reason.isEmpty()) {
            return false;
        }
        phase = closed.open(reason, false, rules, nowMs);
        return true;
    }

    /** An answer that refuses one delivery shows that the receiver works. */
    private static boolean isFailure(AttemptResult result) {
        return result.error() != null || result.status() >= 500 || result.status() == 429;
    }

    /** The receiver answered 410: it will not come back. */
    public void gone(long nowMs) {
        String reason = "the receiver answered 410";
        phase = phase instanceof Broken broken
                ? broken.reopen(reason, true, rules, nowMs)
                : ((Closed) phase).open(reason, true, rules, nowMs);
    }

    /** Continues as a former owner of the lane left it. */
    public void restore(CircuitRecord left) {
        phase = new Broken(1, left.getReason(), false, left.getSinceMs(), left.getUntilMs());
    }

    /** Epoch milliseconds; 0 while closed. */
    public long openSinceMs() {
        return phase instanceof Broken broken ? broken.sinceMs() : 0;
    }

    public boolean isGone() {
        return phase instanceof Broken broken && broken.isGone();
    }

    /** Epoch milliseconds from which one attempt at a time may probe; 0 while closed. */
    public long pausedUntilMs() {
        return phase instanceof Broken broken ? broken.pausedUntilMs() : 0;
    }

    /** Why it is open; empty while closed. */
    public String reason() {
        return phase instanceof Broken broken ? broken.reason() : "";
    }

    /** Whether a new breaker would behave the same. */
    boolean isAtRest(long nowMs) {
        if (phase instanceof Closed closed && closed.isWell()) {
            return true;
        }
        return nowMs > Math.max(lastResultMs, pausedUntilMs()) + REMEMBERED_MS;
    }
}
