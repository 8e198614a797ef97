/**
 * For upstream Java services: publishes events straight to Kafka, without blocking or failing the calling service.
 * Writes to {@code events} or to a tenant's topic, and to {@code schemas} if it is configured. Runs one thread besides
 * the producer's.
 */
@NullMarked
package io.kurier.schemas.publisher;

import org.jspecify.annotations.NullMarked;
