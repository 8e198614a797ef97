/**
 * JMH benchmarks of what every delivery costs inside the worker, one class for each decision or piece of work. `./kurier
 * microbench [REGEX]` runs them. They read and write nothing; JMH gives each of its threads a state of its own.
 */
@NullMarked
package io.kurier.benchmarks.micro;

import org.jspecify.annotations.NullMarked;
