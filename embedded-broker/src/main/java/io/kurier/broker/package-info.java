/**
 * One Kafka broker inside this JVM, for the standalone mode and the tests.
 *
 * <p>{@link io.kurier.broker.EmbeddedBroker} is broker and KRaft controller in one, holds everything it knows in one
 * folder and starts again on that folder, after a clean end as after a kill. It binds its sockets first, so a
 * taken address is a message and not a half-started broker; then it locks the folder, because two brokers on
 * one folder would both write its metadata log; then it starts Kafka's own parts. Kafka runs some 80 threads,
 * all of them its own; the calls here may come from any thread.
 */
@NullMarked
package io.kurier.broker;

import org.jspecify.annotations.NullMarked;
