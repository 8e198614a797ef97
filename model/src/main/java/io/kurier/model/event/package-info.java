/**
 * Events as publishers write them in JSON, plain or as CloudEvents, whatever brings them: text in, the fields of an event
 * out, or the field that is wrong. Pure; any thread. The rules are those of {@code POST /events}.
 */
@NullMarked
package io.kurier.model.event;

import org.jspecify.annotations.NullMarked;
