/**
 * JSON Schemas that tenants hold their events' data to: which are taken, and what data they refuse. A tenant's schema is
 * hostile input: nothing is fetched for it, and what checking by it can cost is bounded before it is taken. Pure; any thread.
 */
@NullMarked
package io.kurier.ingest.eventtypes.schema;

import org.jspecify.annotations.NullMarked;
