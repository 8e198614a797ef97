/**
 * Authentication: from an API key to its tenant and roles, and the limit on failed keys. Reads the table of
 * {@code tenants}. Event loops only.
 */
@NullMarked
package io.kurier.ingest.access;

import org.jspecify.annotations.NullMarked;
