/** Tests of the bench without Kurier: its parts, and the whole load against the bare relay in this JVM. */
@NullMarked
package io.kurier.benchmarks;

import org.jspecify.annotations.NullMarked;
