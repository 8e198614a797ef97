/**
 * Retry tiers: reads {@code retry.TIER}, waits until a record's time in its tier is over, and moves it to the next tier or
 * to {@code lanes}. Holds the records read ahead; one thread owns all of it.
 */
@NullMarked
package io.kurier.scheduler.tier;

import org.jspecify.annotations.NullMarked;
