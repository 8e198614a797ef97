/**
 * Step 1: from a consumer to decoded records. Reads {@code events} and {@code lanes}, recognises repeated event ids,
 * and pauses partitions for back-pressure. Writes nothing and never commits: the event loop does.
 *
 * <p>Threads: each {@link io.kurier.dispatcher.intake.ConsumerLoop} has its own thread, which owns everything here.
 */
@NullMarked
package io.kurier.dispatcher.intake;

import org.jspecify.annotations.NullMarked;
