package io.kurier.runtime;

import io.kurier.runtime.health.Check;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** One running part of Kurier: the API, the dispatcher or the retry scheduler. */
public interface Part extends AutoCloseable {
    /** The conditions under which this part is ready for work. Any thread. */
    List<Check> health();

    /**
     * Completes exceptionally when the part stops because of a bug or lost infrastructure; never completes otherwise.
     */
    CompletableFuture<Void> failure();

    /** Drains, commits and leaves its consumer groups, within the part's own time limits. */
    @Override
    void close();
}
