/** The clocks of a process, behind one interface. Reads and writes no topic. Any thread. */
@NullMarked
package io.kurier.runtime.time;

import org.jspecify.annotations.NullMarked;
