/**
 * The retry scheduler: moves deliveries from {@code retry.TIER} on to the next tier or to {@code lanes} when their time
 * there is over, and runs replays: {@code dead-letters} to {@code lanes}. Two threads, each with a consumer and a
 * transactional producer of its own: {@link io.kurier.scheduler.tier.TierLoop} and {@link io.kurier.scheduler.replay.ReplayLoop}.
 * What they hold in memory is only read ahead; a crash loses nothing.
 */
@NullMarked
package io.kurier.scheduler;

import org.jspecify.annotations.NullMarked;
