/**
 * Routes for dead letters, replays and quarantined records. Reads the views of {@code delivery-log}; writes
 * {@code replays}, and puts quarantined records back where they came from.
 */
@NullMarked
package io.kurier.ingest.recovery;

import org.jspecify.annotations.NullMarked;
