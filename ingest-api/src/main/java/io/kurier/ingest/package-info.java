/**
 * The HTTP API: accepts events and appends them to {@code events}; manages webhooks, tenants, event types and replay orders.
 *
 * <p>Threads: Vert.x event loops handle requests; an append may block one for up to 100 ms while Kafka's producer has no
 * buffer space or no metadata. Changes to control topics run on worker threads, one at a time per topic.
 *
 * <p>This package holds the wiring and the lifecycle: {@code ControlPlane} for what changes control topics, {@code ApiRoutes}
 * for the routes, {@code IngestApi} for the server. Other modules may use {@code IngestApi}, {@code Main} and the records
 * in {@code config} only.
 */
@NullMarked
package io.kurier.ingest;

import org.jspecify.annotations.NullMarked;
