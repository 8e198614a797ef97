/**
 * JMH benchmarks of the steps of a delivery inside the worker, one class per step; {@code ./kurier microbench
 * [REGEX]} runs them. They read and write nothing; JMH gives each of its threads a state of its own.
 */
@NullMarked
package io.kurier.benchmarks.micro;

import org.jspecify.annotations.NullMarked;
