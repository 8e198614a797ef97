/**
 * Receivers of webhooks, healthy and faulty; they check a sample of the signatures and enter deliveries into the
 * ledger. Event loops only.
 */
@NullMarked
package io.kurier.benchmarks.receiver;

import org.jspecify.annotations.NullMarked;
