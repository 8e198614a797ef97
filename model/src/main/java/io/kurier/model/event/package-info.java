/**
 * Reads events as publishers write them in JSON, plain or as CloudEvents: bytes in, the fields of an event out, or the field
 * that is wrong. The HTTP API and the worker's decoders share this package. Pure; any thread.
 */
@NullMarked
package io.kurier.model.event;

import org.jspecify.annotations.NullMarked;
