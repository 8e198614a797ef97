/**
 * Step 2: decides where a record goes: to the queue of a webhook, to a lane, or to a tier. Reads nothing by itself and
 * writes through {@code outcome}. Holds the deliveries that wait for a throttle interval, and the events that wait for a wide one. Event
 * loop only.
 */
@NullMarked
package io.kurier.dispatcher.routing;

import org.jspecify.annotations.NullMarked;
