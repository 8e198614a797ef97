/**
 * The load that `./kurier bench` puts on Kurier, and the limit it is held against.
 *
 * <p>{@link io.kurier.benchmarks.Bench} starts two subjects, each in its own JVM: {@link io.kurier.benchmarks.limit.BareRelay},
 * which keeps nothing and so shows what this machine can do at best, and Kurier standalone on a fresh data folder. The
 * load generator and the receiver live in the bench process and share its clock. What was sent, accepted, received and
 * recorded is counted by sequence number in a {@link io.kurier.benchmarks.ledger.Ledger}, so a lost or doubled delivery shows
 * as such. A {@link io.kurier.benchmarks.options.Scenario} changes who gets what ({@link io.kurier.benchmarks.load.Audience}), how receivers
 * behave, and what else Kurier knows when the load begins ({@link io.kurier.benchmarks.subject.Preparation}). All traffic stays on
 * loopback.
 *
 * <p>Threads: one event loop for the generator and the receiver that answers, one for those in trouble, one consumer of outcomes, and the main thread, which waits and
 * reads counters.
 */
@NullMarked
package io.kurier.benchmarks;

import org.jspecify.annotations.NullMarked;
