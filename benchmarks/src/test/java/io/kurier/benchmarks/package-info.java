/**
 * Tests of the bench without Kurier: its packages one by one, and a whole measurement of the bare relay in this JVM.
 */
@NullMarked
package io.kurier.benchmarks;

import org.jspecify.annotations.NullMarked;
