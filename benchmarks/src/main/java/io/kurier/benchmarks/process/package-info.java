/** Child JVMs, temporary folders, CPU time and the page cache. Linux only where {@code /proc} is read. */
@NullMarked
package io.kurier.benchmarks.process;

import org.jspecify.annotations.NullMarked;
