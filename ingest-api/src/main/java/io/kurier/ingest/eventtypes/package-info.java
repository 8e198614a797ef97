/**
 * Event types: their description, example and JSON Schema, kept in the control topic {@code event-types}, and the checks of
 * events against them. Holds the parsed schemas. Reads and checks on any thread; writes on worker threads.
 */
@NullMarked
package io.kurier.ingest.eventtypes;

import org.jspecify.annotations.NullMarked;
