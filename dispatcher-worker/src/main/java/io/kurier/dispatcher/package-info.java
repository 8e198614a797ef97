/**
 * Dispatcher worker: reads {@code events} and {@code lanes}, POSTs to receivers, and writes {@code attempts},
 * {@code lanes}, {@code retry.TIER}, {@code held}, {@code dead-letters} and {@code quarantine}.
 *
 * <p>A record passes the packages in this order: {@code intake} (poll and decode), {@code routing} (attempt at once, or
 * move to a lane), {@code lane} (the queue of one webhook), {@code attempt} (one HTTP request), {@code outcome} (records
 * and offsets in one transaction).
 *
 * <p>Threads: one per consumer ({@link io.kurier.dispatcher.intake.ConsumerLoop}), one event loop that owns all mutable
 * state and every connection ({@link io.kurier.dispatcher.DispatchLoop} and all it calls), and one that commits
 * transactions. Only immutable values pass between them. A delivery that waits keeps its offset open; a crash therefore
 * loses memory and nothing else.
 *
 * <p>This package holds the wiring and the lifecycle. Other modules may use {@code Dispatcher}, {@code Main} and
 * {@code config.DispatcherConfig} only.
 */
@NullMarked
package io.kurier.dispatcher;

import org.jspecify.annotations.NullMarked;
