/**
 * For upstream Java services: publishes events straight to Kafka, without ever holding up or failing whoever emits them.
 * Writes {@code events} or a topic bound to a tenant, and {@code schemas} when told to. One thread of its own besides the
 * producer's.
 */
@NullMarked
package io.kurier.schemas.publisher;

import org.jspecify.annotations.NullMarked;
