/**
 * The systems under test: the bare relay and Kurier, each a child process with receivers and a generator, and the
 * webhooks and records that are written before the load begins. Writes {@code webhooks} and the retry tiers; reads
 * the lag of {@code events}. Main thread.
 */
@NullMarked
package io.kurier.benchmarks.subject;

import org.jspecify.annotations.NullMarked;
