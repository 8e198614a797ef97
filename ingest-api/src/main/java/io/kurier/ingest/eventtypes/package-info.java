/** Event types: their description, example and JSON Schema, kept in the control topic {@code event-types}. */
@NullMarked
package io.kurier.ingest.eventtypes;

import org.jspecify.annotations.NullMarked;
