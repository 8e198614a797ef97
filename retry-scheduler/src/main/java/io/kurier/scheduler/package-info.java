/**
 * Retry scheduler: moves deliveries from {@code retry.TIER} to the next tier or to {@code lanes} when their wait is over,
 * and runs replays. Two threads, each with a consumer and a transactional writer of its own, run
 * {@link io.kurier.scheduler.tier.TierLoop} and {@link io.kurier.scheduler.replay.ReplayLoop}. Memory holds only what was
 * read ahead; a crash loses nothing. Only {@code RetryScheduler}, which wires the loops, knows the process's runtime. Other
 * modules may use {@code RetryScheduler}, {@code Main} and {@code config.RetrySchedulerConfig} only.
 */
@NullMarked
package io.kurier.scheduler;

import org.jspecify.annotations.NullMarked;
