/**
 * Turns the bytes of a Kafka record into an event: Avro with or without a schema registry, CloudEvents, JSON. Reads schemas
 * from the registry, if one is configured. Writes nothing. Called on consumer threads.
 */
@NullMarked
package io.kurier.dispatcher.decoding;

import org.jspecify.annotations.NullMarked;
