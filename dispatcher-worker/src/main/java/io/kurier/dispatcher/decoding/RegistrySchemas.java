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
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Schemas by their ids, without letting a slow registry hold up the one thread that reads all partitions: the registry is
 * asked on threads of its own, and whoever needs an answer that is not there comes again. Used by one thread.
 */
public final class RegistrySchemas implements AutoCloseable {
    private static final int THREADS = 4;
    /** How long a first look waits for its answer, so that a new id costs no pause of its partition. */
    private static final Duration FIRST_LOOK = Duration.ofMillis(500);
    /** After a look in vain nobody waits: the registry is slow or away. */
    private static final Duration NO_WAIT = Duration.ofSeconds(5);
    /** An answer nobody fetched for so long is asked for again. */
    private static final Duration STALE = Duration.ofSeconds(10);

    private final RegistryClient client;
    private final Counter failures;
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS, task -> {
        Thread thread = new Thread(task, "schema-registry");
        thread.setDaemon(true);
        return thread;
    });
    private final Map<Integer, Asking> asking = new HashMap<>();
    private long noWaitUntilNanos = System.nanoTime();

    private record Asking(Future<Schema> answer, long sinceNanos) {
        boolean isStale(long nowNanos) {
            return answer.isDone() && nowNanos - sinceNanos > STALE.toNanos();
        }
    }

    public RegistrySchemas(RegistryClient client, MeterRegistry metrics) {
        this.client = client;
        this.failures = Counter.builder("kurier.schema.registry.failures")
                .description("Looks at the schema registry that got no answer; the event's partition waits")
                .register(metrics);
    }

    /**
     * The schema an id stands for.
     *
     * @throws RegistryUnavailableException when the answer is not there yet: come again
     * @throws RegistryRefusedException when there is no such schema
     */
    Schema find(int id) throws RegistryUnavailableException, RegistryRefusedException, InterruptedException {
        Schema known = client.known(id);
        if (known != null) {
            return known;
        }
        long nowNanos = System.nanoTime();
        asking.values().removeIf(asked -> asked.isStale(nowNanos));
        Asking asked =
                asking.computeIfAbsent(id, wanted -> new Asking(threads.submit(() -> client.byId(wanted)), nowNanos));
        long wait = nowNanos - noWaitUntilNanos >= 0 ? FIRST_LOOK.toMillis() : 0;
        try {
            Schema found = asked.answer().get(wait, TimeUnit.MILLISECONDS);
            asking.remove(id);
            return found;
        } catch (TimeoutException e) {
            noWaitUntilNanos = System.nanoTime() + NO_WAIT.toNanos();
            throw new RegistryUnavailableException("the schema registry has not answered yet for id " + id, e);
        } catch (ExecutionException e) {
            asking.remove(id);
            throw failed(e.getCause());
        }
    }

    private RegistryUnavailableException failed(@Nullable Throwable cause) throws RegistryRefusedException {
        if (cause instanceof RegistryRefusedException refused) {
            throw refused;
        }
        failures.increment();
        noWaitUntilNanos = System.nanoTime() + NO_WAIT.toNanos();
        return cause instanceof RegistryUnavailableException unavailable
                ? unavailable
                : new RegistryUnavailableException("asking the schema registry failed: " + cause, cause);
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
