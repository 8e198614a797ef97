/** What is measured: a process with its receivers, its generator, and what it knows before the load begins. */
@NullMarked
package io.kurier.benchmarks.subject;

import org.jspecify.annotations.NullMarked;
