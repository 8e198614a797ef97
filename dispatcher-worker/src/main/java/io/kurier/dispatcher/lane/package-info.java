/**
 * Step 3: the queue of one webhook with its concurrency limit, its rate limit and its circuit breaker; also the limits
 * per host and per proxy. Memory only. Event loop only.
 */
@NullMarked
package io.kurier.dispatcher.lane;

import org.jspecify.annotations.NullMarked;
