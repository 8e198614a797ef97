/**
 * The benchmark behind {@code ./kurier bench}: it measures Kurier and the bare limit of the same machine.
 *
 * <p>{@link io.kurier.benchmarks.Bench} measures two subjects, each in a JVM of its own: {@link
 * io.kurier.benchmarks.limit.BareRelay}, which stores nothing, and Kurier standalone on a fresh data folder. The load
 * generator and the receivers run in the bench's own process and share its clock. A {@link
 * io.kurier.benchmarks.ledger.Ledger} counts events by sequence number, so it finds lost and duplicate deliveries.
 * All traffic stays on loopback.
 *
 * <p>Packages, in the order of the data: {@code options}, {@code process}, {@code subject}, {@code load}, {@code
 * generator}, {@code limit}, {@code receiver}, {@code ledger}, {@code measure}, {@code report}; {@code http} is
 * shared by generator, limit and receiver.
 *
 * <p>Threads: one event loop for the generator and the healthy receiver, one for faulty receivers, one consumer of
 * outcomes, and the main thread, which waits and reads counters.
 */
@NullMarked
package io.kurier.benchmarks;

import org.jspecify.annotations.NullMarked;
