/**
 * Step 5: turns results into records, gathers them, and commits them with the offsets they settle in one transaction.
 * Writes {@code attempts}, {@code lanes}, {@code retry.TIER}, {@code held}, {@code dead-letters}, {@code circuits} and
 * {@code quarantine}. The event loop gathers; one other thread commits.
 */
@NullMarked
package io.kurier.dispatcher.outcome;

import org.jspecify.annotations.NullMarked;
