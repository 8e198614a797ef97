/**
 * Routes for tenants and their API keys, and the deletion of a tenant with all that belongs to it. Reads the table of
 * {@code tenants}; writes through {@code control}. Reads on event loops, writes on worker threads.
 */
@NullMarked
package io.kurier.ingest.tenants;

import org.jspecify.annotations.NullMarked;
