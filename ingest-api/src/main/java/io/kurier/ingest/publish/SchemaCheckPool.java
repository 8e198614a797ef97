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
 * Runs checks by schemas that may take seconds, on threads of their own, so that the API can be managed meanwhile. As many
 * wait as a bound allows, and their bodies are counted with those on their way in. Any thread.
 */
public final class SchemaCheckPool {
    static final int THREADS = 4;
    /** Those that run, too. */
    static final int MAX_OPEN = 1_000;
    /** After this the log tells where a check hangs. */
    private static final int WARN_SECONDS = 60;

    private static final Problem BUSY =
            Problem.of(503, "too many events wait for the check by their schema; repeat the request a little later");

    private final WorkerExecutor threads;
    private final BodyCollector bodies;
    private final AtomicInteger open = new AtomicInteger();

    public SchemaCheckPool(Vertx vertx, BodyCollector bodies) {
        this.threads = vertx.createSharedWorkerExecutor("kurier-checks", THREADS, WARN_SECONDS, TimeUnit.SECONDS);
        this.bodies = bodies;
    }

    /**
     * The future ends on the caller's event loop.
     *
     * @param bytes of the body, which is in memory until the end
     * @throws Problem.RefusedException with 503 when there is no room
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
