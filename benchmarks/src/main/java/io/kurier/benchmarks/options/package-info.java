/** The command line options of {@code ./kurier bench} and their values. Immutable values; main thread. */
@NullMarked
package io.kurier.benchmarks.options;

import org.jspecify.annotations.NullMarked;
