/**
 * Sends one HTTP request to a receiver, once: name resolution, address guard, proxy, TLS, request, response. Reads and
 * writes no topic.
 *
 * <p>Threads: one event loop ({@link io.kurier.sender.SenderLoop}) owns every connection and runs every callback. Each
 * caller brings its own loop, so that two senders in one process share nothing.
 */
@NullMarked
package io.kurier.sender;

import org.jspecify.annotations.NullMarked;
