/** Health and metrics of a process, and the small HTTP server that shows them. */
@NullMarked
package io.kurier.runtime.health;

import org.jspecify.annotations.NullMarked;
