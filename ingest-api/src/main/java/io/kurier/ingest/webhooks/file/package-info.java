/**
 * Webhooks declared in a YAML file: read, compared with the table, and applied through {@code control}. One thread watches
 * the file.
 */
@NullMarked
package io.kurier.ingest.webhooks.file;

import org.jspecify.annotations.NullMarked;
