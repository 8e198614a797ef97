/**
 * Warm-up and measured windows over a process under load: its rate, and the CPU time of the process, of the bench and of
 * the machine. Main thread. CPU times need Linux's {@code /proc}; elsewhere they are zero.
 */
@NullMarked
package io.kurier.benchmarks.measure;

import org.jspecify.annotations.NullMarked;
