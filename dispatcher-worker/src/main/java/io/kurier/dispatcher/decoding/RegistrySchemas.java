package io.kurier.dispatcher.decoding;

import io.kurier.schemas.registry.RegistryClient;
import io.kurier.schemas.registry.RegistryRefusedException;
import io.kurier.schemas.registry.RegistryUnavailableException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Finds schemas by their ids without letting a slow registry block the consumer thread that reads all partitions: requests run
 * on threads of their own, and the caller tries again if the answer is not there yet. Used by one thread.
 */
public final class RegistrySchemas implements AutoCloseable {
    private static final int THREADS = 4;
    /** How long a lookup waits for its answer, so that a new id does not pause its partition. */
    private static final Duration LOOKUP_WAIT = Duration.ofMillis(500);
    /** After a lookup that failed or timed out, the registry is slow or down, and no lookup waits for this long. */
    private static final Duration NO_WAIT = Duration.ofSeconds(5);
    /** An answer that no caller fetched within this time after its request is requested again. */
    private static final Duration STALE = Duration.ofSeconds(10);

    private final RegistryClient client;
    private final Counter failures;
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS, task -> {
        Thread thread = new Thread(task, "schema-registry");
        thread.setDaemon(true);
        return thread;
    });
    private final LongSupplier nanoTime;
    private final Map<Integer, Lookup> lookups = new HashMap<>();
    private long noWaitUntilNanos;

    private record Lookup(Future<Schema> answer, long sinceNanos) {
        boolean isStale(long nowNanos) {
            return answer.isDone() && nowNanos - sinceNanos > STALE.toNanos();
        }
    }

    /** @param nanoTime a monotonic clock */
    public RegistrySchemas(RegistryClient client, LongSupplier nanoTime, MeterRegistry metrics) {
        this.client = client;
        this.nanoTime = nanoTime;
        this.noWaitUntilNanos = nanoTime.getAsLong();
        this.failures = Counter.builder("kurier.schema.registry.failures")
                .description("Failed requests to the schema registry; the event's partition waits and tries again")
                .register(metrics);
    }

    /**
     * The schema with this id. Waits for the registry for half a second at most.
     *
     * @throws RegistryUnavailableException if the answer is not there yet: call again
     * @throws RegistryRefusedException if the registry does not have the schema
     */
    Schema find(int id) throws RegistryUnavailableException, RegistryRefusedException, InterruptedException {
        Schema known = client.known(id);
        if (known != null) {
            return known;
        }
        long nowNanos = nanoTime.getAsLong();
        lookups.values().removeIf(lookup -> lookup.isStale(nowNanos));
        Lookup lookup =
                lookups.computeIfAbsent(id, wanted -> new Lookup(threads.submit(() -> client.byId(wanted)), nowNanos));
        long waitMs = nowNanos - noWaitUntilNanos >= 0 ? LOOKUP_WAIT.toMillis() : 0;
        try {
            Schema found = lookup.answer().get(waitMs, TimeUnit.MILLISECONDS);
            lookups.remove(id);
            return found;
        } catch (TimeoutException e) {
            noWaitUntilNanos = nanoTime.getAsLong() + NO_WAIT.toNanos();
            throw new RegistryUnavailableException(
                    "the schema registry has not answered yet for schema id " + id + "; the worker tries again", e);
        } catch (ExecutionException e) {
            lookups.remove(id);
            throw failed(e.getCause());
        }
    }

    private RegistryUnavailableException failed(@Nullable Throwable cause) throws RegistryRefusedException {
        if (cause instanceof RegistryRefusedException refused) {
            throw refused;
        }
        failures.increment();
        noWaitUntilNanos = nanoTime.getAsLong() + NO_WAIT.toNanos();
        return cause instanceof RegistryUnavailableException unavailable
                ? unavailable
                : new RegistryUnavailableException(
                        "the request to the schema registry failed; the worker tries again: " + cause, cause);
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
