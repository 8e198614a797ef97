/**
 * Batches of records and group offsets that are committed together or not at all, and how the outcome is found out when
 * it is unknown. Writes every topic that a batch names. No threads of its own: one thread of the part commits.
 */
@NullMarked
package io.kurier.runtime.transactions;

import org.jspecify.annotations.NullMarked;
