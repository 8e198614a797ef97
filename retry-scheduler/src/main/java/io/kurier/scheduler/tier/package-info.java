/** Delay tiers: reads {@code retry.TIER}, waits, and moves each record on. One thread owns everything here. */
@NullMarked
package io.kurier.scheduler.tier;

import org.jspecify.annotations.NullMarked;
