/**
 * Routes that create, show, change and delete webhooks, and the JSON form of each group of their settings. Reads the
 * table of {@code webhooks}; writes through {@code control}.
 */
@NullMarked
package io.kurier.ingest.webhooks;

import org.jspecify.annotations.NullMarked;
