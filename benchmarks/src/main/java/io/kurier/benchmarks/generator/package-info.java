/**
 * Publishes the load's events at a given rate or as fast as answers come back. Runs on one event loop; reads the ledger to
 * bound the outstanding deliveries, and enters every answer into it.
 */
@NullMarked
package io.kurier.benchmarks.generator;

import org.jspecify.annotations.NullMarked;
