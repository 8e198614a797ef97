/**
 * The front door: takes events and writes {@code events}; manages webhooks ({@code webhooks}) and orders replays
 * ({@code replays}), as the one fenced writer of each; lists what is dead. Event loops take requests and never block;
 * changes to control topics run on worker threads, one at a time per topic.
 */
@NullMarked
package io.kurier.ingest;

import org.jspecify.annotations.NullMarked;
