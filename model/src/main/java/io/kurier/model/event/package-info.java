/**
 * Events as publishers write them in JSON, plain or as CloudEvents, whatever brings them: text in, the fields of an event
 * out, or the field that is wrong. Pure; any thread. The door and Kafka's readers share them.
 */
@NullMarked
package io.kurier.model.event;

import org.jspecify.annotations.NullMarked;
