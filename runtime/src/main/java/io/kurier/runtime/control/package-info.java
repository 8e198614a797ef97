/** The compacted control topics: read-only tables in memory, and the one fenced writer of each topic. */
@NullMarked
package io.kurier.runtime.control;

import org.jspecify.annotations.NullMarked;
