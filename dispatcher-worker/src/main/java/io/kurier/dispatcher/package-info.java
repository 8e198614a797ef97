/**
 * The dispatcher worker: reads {@code events} and {@code lanes}, POSTs to receivers, writes {@code attempts},
 * {@code lanes}, {@code retry.TIER}, {@code dead-letters} and {@code quarantine}.
 *
 * <p>Threads: one per consumer ({@link io.kurier.dispatcher.intake.Intake}: poll, decode, hand over), one event loop that owns
 * every piece of state and every connection ({@link io.kurier.dispatcher.Engine} and all it calls), one that commits
 * transactions. Between them only immutable values travel.
 *
 * <p>What waits lives in memory with its offset open; what has an outcome is settled by one transaction that holds the
 * outcome's records and the offsets. A crash loses memory and nothing else.
 */
@NullMarked
package io.kurier.dispatcher;

import org.jspecify.annotations.NullMarked;
