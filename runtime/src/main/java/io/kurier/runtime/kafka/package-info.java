/**
 * Kafka clients with the settings that Kurier's promises need, creation and checks of the topics, the records of
 * {@code quarantine}, and how event records are encoded. No threads of its own.
 */
@NullMarked
package io.kurier.runtime.kafka;

import org.jspecify.annotations.NullMarked;
