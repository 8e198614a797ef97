package io.kurier.ingest.publish;

import io.kurier.ingest.http.BodyCollector;
import io.kurier.ingest.http.Problem;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs schema checks that may take seconds on a small pool of threads, so that all other routes stay responsive. The number
 * of waiting checks is bounded, and their bodies count as bodies that are being received. Any thread.
 */
public final class SchemaCheckPool {
    static final int THREADS = 4;
    /** Bound on running and waiting checks. */
    static final int MAX_OPEN = 1_000;
    /** A check that takes longer is logged with its stack trace. */
    private static final int WARN_SECONDS = 60;

    private static final Problem BUSY = Problem.of(
            503,
            "the API is overloaded: too many requests are waiting for the schema check of their events. Retry later");

    private final WorkerExecutor threads;
    private final BodyCollector bodies;
    private final AtomicInteger open = new AtomicInteger();

    public SchemaCheckPool(Vertx vertx, BodyCollector bodies) {
        this.threads = vertx.createSharedWorkerExecutor("kurier-checks", THREADS, WARN_SECONDS, TimeUnit.SECONDS);
        this.bodies = bodies;
    }

    /**
     * Runs the check in the pool. The future completes on the caller's event loop.
     *
     * @param bytes of the body, which stays in memory until the check ends
     * @throws Problem.RefusedException with 503 if a bound is reached
     */
    <T> Future<T> run(int bytes, Callable<T> check) {
        if (open.incrementAndGet() > MAX_OPEN || !bodies.reserve(bytes)) {
            open.decrementAndGet();
            throw BUSY.refused();
        }
        return threads.executeBlocking(check, false).onComplete(ended -> {
            bodies.release(bytes);
            open.decrementAndGet();
        });
    }
}
