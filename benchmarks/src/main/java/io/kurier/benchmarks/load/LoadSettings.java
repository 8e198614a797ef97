package io.kurier.benchmarks.load;

import org.jspecify.annotations.Nullable;

/**
 * The shape of the requests that a generator sends. Immutable.
 *
 * @param connections keep-alive connections, each with at most one request outstanding
 * @param payloadBytes size of one event's JSON, in bytes
 * @param bearerKey the API key, or null if the target needs none
 * @param batch events per request; 1 sends a single object, more send an array
 */
public record LoadSettings(
        int connections, int payloadBytes, @Nullable String bearerKey, int batch) {
    /** Events per request when events are published in batches. */
    public static final int BATCH_SIZE = 100;

    /** Requests with one event each. */
    public LoadSettings(int connections, int payloadBytes, @Nullable String bearerKey) {
        this(connections, payloadBytes, bearerKey, 1);
    }
}
