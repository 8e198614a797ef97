/**
 * The compacted control topics ({@code webhooks}, {@code tenants}, {@code replays}, {@code circuits},
 * {@code event-types}, {@code schemas}): read-only tables in memory, kept up to date by the thread
 * {@code control-tables}, and the one fenced writer of each topic, which runs on its caller's thread. Tables may be
 * read by any thread; listeners are called on the thread that applies the change.
 */
@NullMarked
package io.kurier.runtime.control;

import org.jspecify.annotations.NullMarked;
