/** The contract of a loop that {@code RetryScheduler} runs on a thread of its own. */
@NullMarked
package io.kurier.scheduler.loop;

import org.jspecify.annotations.NullMarked;
