/**
 * All kinds of waiting in this worker's memory, in one list: why a delivery waits ({@code WaitReason}), where
 * ({@code WaitingPlace}), how many do, and what wakes them. Knows no other package of the worker. Event loop only.
 */
@NullMarked
package io.kurier.dispatcher.waiting;

import org.jspecify.annotations.NullMarked;
