/** The attributes of CloudEvents 1.0 that Kurier uses, for any protocol binding. Pure; any thread. */
@NullMarked
package io.kurier.model.cloudevents;

import org.jspecify.annotations.NullMarked;
