/**
 * Receivers of webhooks: some answer, some are in trouble; a sample of signatures is checked. Event loops only.
 */
@NullMarked
package io.kurier.benchmarks.receiver;

import org.jspecify.annotations.NullMarked;
