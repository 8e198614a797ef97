/** The bare limit: the least that a webhook sender, or an HTTP server, can do. */
@NullMarked
package io.kurier.benchmarks.limit;

import org.jspecify.annotations.NullMarked;
