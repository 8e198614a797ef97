/**
 * Child JVMs, the run's temporary folder, the page cache, and bounded waits. Reads {@code /proc/meminfo} (Linux).
 * Main thread, except for the shutdown hook that stops the children.
 */
@NullMarked
package io.kurier.benchmarks.process;

import org.jspecify.annotations.NullMarked;
