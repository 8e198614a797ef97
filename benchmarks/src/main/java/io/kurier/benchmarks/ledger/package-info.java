/** What became of every event and delivery, by sequence number. Any thread. */
@NullMarked
package io.kurier.benchmarks.ledger;

import org.jspecify.annotations.NullMarked;
