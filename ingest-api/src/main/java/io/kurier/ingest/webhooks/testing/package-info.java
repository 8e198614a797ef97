/** Test deliveries: one request to a receiver for an event that nobody published. Reads and writes no topic. */
@NullMarked
package io.kurier.ingest.webhooks.testing;

import org.jspecify.annotations.NullMarked;
