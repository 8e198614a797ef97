package io.kurier.benchmarks.generator;

import io.kurier.benchmarks.ledger.Ledger;
import java.util.concurrent.TimeUnit;

/**
 * When the next request may go out. Times are {@link System#nanoTime()}; asked by the generator's event loop only.
 */
public interface RequestPacing {
    /** Never, by itself. */
    long NEVER = Long.MAX_VALUE;

    /**
     * How long until the next request is due: 0 for now, negative when it is late by so much, {@link #NEVER} when there
     * is none.
     */
    long nanosUntilNext(long now);

    /** The request that was due goes out. */
    default void sent() {}

    /** No requests. */
    static RequestPacing stopped() {
        return now -> NEVER;
    }

    /** As fast as answers come back. */
    static RequestPacing unbounded() {
        return now -> 0;
    }

    /**
     * As fast as answers come back, held back while too many deliveries are outstanding, so that what is measured is
     * the rate of deliveries and not of a growing backlog.
     */
    static RequestPacing closedLoop(Ledger ledger, long maxOutstanding) {
        long lookAgain = TimeUnit.MILLISECONDS.toNanos(1);
        return now -> ledger.outstanding() < maxOutstanding ? 0 : lookAgain;
    }

    /** At a constant rate, whatever the answers do: a request that had to wait for a connection counts as late. */
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
