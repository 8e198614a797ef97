package io.kurier.runtime;

import io.kurier.runtime.health.Check;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** One part of Kurier, running. Closing drains, commits and leaves, within its own bounds. */
public interface Part extends AutoCloseable {
    /** What must be well for this part to be ready. Any thread. */
    List<Check> health();

    /** Completes exceptionally when the part met a bug or lost infrastructure it can't go on without. */
    CompletableFuture<Void> failure();

    @Override
    void close();
}
