/**
 * Records in Confluent's framing (0x00, four bytes of schema id, Avro) by way of a schema registry that speaks Confluent's
 * REST API v1: the client, and a serializer and deserializer for Kafka that take the same settings as Confluent's, so that
 * either can stand in for the other. Reads and writes no topic itself. No thread of its own but those of the JDK's HTTP client.
 */
@NullMarked
package io.kurier.schemas.registry;

import org.jspecify.annotations.NullMarked;
