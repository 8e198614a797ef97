/**
 * The front door: takes events and writes {@code events}; manages webhooks ({@code webhooks}) and orders replays
 * ({@code replays}), each as the one fenced writer (a replay's progress is the retry scheduler's); lists what is dead.
 * Event loops take requests; an append can hold one for up to 100 ms, while Kafka's producer has no room or no metadata.
 * Changes to control topics run on worker threads, one at a time per topic.
 */
@NullMarked
package io.kurier.ingest;

import org.jspecify.annotations.NullMarked;
