/** Kafka clients with the settings Kurier's promises need, and the topics as they must be. */
@NullMarked
package io.kurier.runtime.kafka;

import org.jspecify.annotations.NullMarked;
