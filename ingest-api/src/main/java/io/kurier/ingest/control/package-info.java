/**
 * Changes to the control topics {@code webhooks}, {@code tenants} and {@code replays}: what a request may change, and the
 * background tasks that change webhooks and keys by themselves. Reads their tables; writes through the one fenced writer of
 * each topic, one change at a time. Requests change control topics on worker threads, each background task on its own.
 */
@NullMarked
package io.kurier.ingest.control;

import org.jspecify.annotations.NullMarked;
