package io.kurier.benchmarks.generator;

import io.kurier.benchmarks.ledger.Ledger;
import java.util.concurrent.TimeUnit;

/**
 * Decides when the next request is sent. Times are {@link System#nanoTime()}. Called on the generator's event loop
 * only.
 */
public interface RequestPacing {
    /** No request is due until the pacing changes. */
    long NEVER = Long.MAX_VALUE;

    /**
     * @param now the current time, in nanoseconds
     * @return nanoseconds until the next request is due: 0 or less if it is due now (negative: late by that much),
     *     {@link #NEVER} if there is none
     */
    long nanosUntilNext(long now);

    /** Called when the due request is sent. */
    default void sent() {}

    /** Sends nothing. */
    static RequestPacing stopped() {
        return now -> NEVER;
    }

    /** Sends the next request as soon as an answer arrives. */
    static RequestPacing unbounded() {
        return now -> 0;
    }

    /**
     * Sends the next request as soon as an answer arrives, but pauses while too many deliveries are outstanding, so
     * that the bench measures the rate of deliveries and not of a growing backlog.
     *
     * @param maxOutstanding deliveries accepted and not yet received at which sending pauses
     */
    static RequestPacing closedLoop(Ledger ledger, long maxOutstanding) {
        long checkAgain = TimeUnit.MILLISECONDS.toNanos(1);
        return now -> ledger.outstanding() < maxOutstanding ? 0 : checkAgain;
    }

    /**
     * Sends at a constant rate, however slow the answers are: a request that has to wait for a connection counts as
     * late.
     *
     * @param perSecond requests per second
     * @param startNanos when the first request is due
     */
    static RequestPacing openLoop(double perSecond, long startNanos) {
        double interval = TimeUnit.SECONDS.toNanos(1) / perSecond;
        return new RequestPacing() {
            private long sent;

            @Override
            public long nanosUntilNext(long now) {
                return startNanos + (long) (sent * interval) - now;
            }

            @Override
            public void sent() {
                sent++;
            }
        };
    }
}
