/** Publishes events at a given rate or as fast as possible. Event loop only. */
@NullMarked
package io.kurier.benchmarks.load;

import org.jspecify.annotations.NullMarked;
