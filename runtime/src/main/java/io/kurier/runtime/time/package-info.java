/** The clocks and the chance of a process, behind interfaces. Reads and writes no topic. Any thread. */
@NullMarked
package io.kurier.runtime.time;

import org.jspecify.annotations.NullMarked;
