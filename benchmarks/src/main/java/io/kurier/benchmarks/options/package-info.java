/** The command line of {@code ./kurier bench} and what it asks for. Values. */
@NullMarked
package io.kurier.benchmarks.options;

import org.jspecify.annotations.NullMarked;
