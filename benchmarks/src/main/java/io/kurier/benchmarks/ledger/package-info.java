/**
 * Counts events and deliveries by sequence number, and reads committed outcomes from the topic {@code attempts}. Any
 * thread.
 */
@NullMarked
package io.kurier.benchmarks.ledger;

import org.jspecify.annotations.NullMarked;
