/**
 * Writers of the control topics {@code webhooks}, {@code tenants} and {@code replays}: one change at a time, each as the
 * one fenced writer. Also background jobs that change control topics. Worker threads.
 */
@NullMarked
package io.kurier.ingest.control;

import org.jspecify.annotations.NullMarked;
