/**
 * The load that {@code ./kurier bench} puts on Kurier, and the limit it is compared with.
 *
 * <p>{@link io.kurier.benchmarks.Bench} starts two subjects, each in a JVM of its own:
 * {@link io.kurier.benchmarks.limit.BareRelay}, which stores nothing and so shows what this machine can do at best, and
 * Kurier standalone on a fresh data folder. The load generator and the receivers run in the bench's own process and share
 * its clock. Events are counted by sequence number in a {@link io.kurier.benchmarks.ledger.Ledger}, so that lost and
 * duplicate deliveries show. All traffic stays on loopback.
 *
 * <p>Threads: one event loop for the generator and the receiver that answers, one for receivers in trouble, one consumer of
 * outcomes, and the main thread, which waits and reads counters.
 */
@NullMarked
package io.kurier.benchmarks;

import org.jspecify.annotations.NullMarked;
