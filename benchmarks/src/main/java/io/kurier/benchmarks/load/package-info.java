/**
 * The load as values: its webhooks and how they behave, the shape of its requests, and their bytes. Immutable, except
 * for {@link io.kurier.benchmarks.load.EventRequest}, which belongs to one event loop.
 */
@NullMarked
package io.kurier.benchmarks.load;

import org.jspecify.annotations.NullMarked;
