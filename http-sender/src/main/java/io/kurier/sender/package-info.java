/**
 * Sends one HTTP request to a receiver, once: name, guard, proxy, TLS, request, answer. Reads and writes no topic.
 *
 * <p>Threads: one event loop ({@link io.kurier.sender.SenderLoop}) that owns every connection and calls back. Who sends
 * brings its own loop, so that two senders in one process share nothing.
 */
@NullMarked
package io.kurier.sender;

import org.jspecify.annotations.NullMarked;
