/**
 * JSON Schemas for the data of events: which schemas are accepted, and which data they refuse. A tenant's schema is hostile
 * input: nothing is fetched for it, and the cost of checking by it is bounded before it is accepted. Reads and writes no
 * topic; any thread.
 */
@NullMarked
package io.kurier.ingest.eventtypes.schema;

import org.jspecify.annotations.NullMarked;
