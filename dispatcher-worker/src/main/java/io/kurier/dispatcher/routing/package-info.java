/**
 * Step 2: decides where a record goes: to the queue of a webhook, to a lane, or to a tier. Reads nothing by itself and
 * writes through {@code outcome}. Holds what waits for a throttle interval and for earlier ranges of a wide event. Event
 * loop only.
 */
@NullMarked
package io.kurier.dispatcher.routing;

import org.jspecify.annotations.NullMarked;
