/**
 * Replays and releases: reads {@code replays}, {@code dead-letters} and {@code held}, and moves deliveries to {@code lanes}
 * at the ordered rate. Writes takings and progress with them, so that a replay resumes exactly after a crash. Holds the
 * offsets of the letters that the running replays have left. One thread owns everything here but
 * {@link io.kurier.scheduler.replay.ReplayTable}, which the thread of the control tables fills.
 */
@NullMarked
package io.kurier.scheduler.replay;

import org.jspecify.annotations.NullMarked;
