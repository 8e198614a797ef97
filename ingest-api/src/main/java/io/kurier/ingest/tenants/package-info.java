/** Routes for tenants and their API keys. Reads the table of {@code tenants}; writes through {@code control}. */
@NullMarked
package io.kurier.ingest.tenants;

import org.jspecify.annotations.NullMarked;
