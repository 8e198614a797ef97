/** One delivery in memory, the event it came from, and the webhook it is for. Event loop only. */
@NullMarked
package io.kurier.dispatcher.delivery;

import org.jspecify.annotations.NullMarked;
