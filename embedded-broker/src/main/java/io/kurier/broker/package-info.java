/**
 * One Kafka broker inside this JVM, for the standalone mode and for tests.
 *
 * <p>{@link io.kurier.broker.EmbeddedBroker} is broker and KRaft controller in one. It keeps its state in one folder
 * and starts again on that folder, after a clean stop as after a kill. It binds its sockets first, so that a port in
 * use gives an error instead of a half-started broker; then it locks the folder, because two brokers on one folder
 * would both write its metadata log; then it starts Kafka's servers. Kafka runs about 80 threads of its own; this
 * package's methods may be called from any thread.
 */
@NullMarked
package io.kurier.broker;

import org.jspecify.annotations.NullMarked;
