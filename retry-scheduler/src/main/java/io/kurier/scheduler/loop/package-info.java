/** The contract of a loop that {@code RetryScheduler} runs on its own thread. */
@NullMarked
package io.kurier.scheduler.loop;

import org.jspecify.annotations.NullMarked;
