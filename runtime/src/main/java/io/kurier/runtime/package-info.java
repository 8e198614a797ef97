/**
 * What every process shares: {@link io.kurier.runtime.KurierRuntime} wires it, {@link io.kurier.runtime.PartMain} runs
 * a part as a process from its settings to its exit code. Reads and writes topics only through the packages below.
 */
@NullMarked
package io.kurier.runtime;

import org.jspecify.annotations.NullMarked;
