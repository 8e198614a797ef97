/**
 * Step 4: starts one HTTP request, and decides whether the delivery is done. Holds the queues that wait for a free
 * place. Event loop only.
 */
@NullMarked
package io.kurier.dispatcher.attempt;

import org.jspecify.annotations.NullMarked;
