/**
 * CloudEvents 1.0 as Kurier takes them, whatever carries them: attributes in, what an event needs out. Pure; any thread.
 */
@NullMarked
package io.kurier.model.cloudevents;

import org.jspecify.annotations.NullMarked;
