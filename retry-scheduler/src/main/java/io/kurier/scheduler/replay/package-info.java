/**
 * Replays and releases: reads {@code replays}, {@code dead-letters} and {@code held}, and moves deliveries to {@code lanes}
 * at the ordered rate, resuming exactly after a crash. One thread owns everything here.
 */
@NullMarked
package io.kurier.scheduler.replay;

import org.jspecify.annotations.NullMarked;
