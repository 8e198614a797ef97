/** Results as a table, and as one line of JSON. */
@NullMarked
package io.kurier.benchmarks.report;

import org.jspecify.annotations.NullMarked;
