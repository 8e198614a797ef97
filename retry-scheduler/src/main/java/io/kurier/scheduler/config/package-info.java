/** Settings of the retry scheduler. Holds no state; any thread. */
@NullMarked
package io.kurier.scheduler.config;

import org.jspecify.annotations.NullMarked;
