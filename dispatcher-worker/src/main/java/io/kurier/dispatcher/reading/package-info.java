/**
 * From a record of an event topic to an event, by its bytes and headers: Avro in single-object encoding or in Confluent's
 * framing, CloudEvents by their Kafka binding, plain JSON. Anyone may have written it, so all of it is checked. Runs on the
 * thread of the intake of events; a schema registry is asked on threads of its own.
 */
@NullMarked
package io.kurier.dispatcher.reading;

import org.jspecify.annotations.NullMarked;
