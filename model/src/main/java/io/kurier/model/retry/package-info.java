/**
 * Retry policy: waits between attempts, which statuses mean success, retry or give up, and the tiers that make up a
 * delay. Keeps promise 4 (never early). Pure; any thread.
 */
@NullMarked
package io.kurier.model.retry;

import org.jspecify.annotations.NullMarked;
