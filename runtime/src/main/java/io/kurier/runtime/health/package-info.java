/**
 * Health checks, and a small HTTP server for health and metrics in processes without an API (threads
 * {@code admin-http}). Reads and writes no topic.
 */
@NullMarked
package io.kurier.runtime.health;

import org.jspecify.annotations.NullMarked;
