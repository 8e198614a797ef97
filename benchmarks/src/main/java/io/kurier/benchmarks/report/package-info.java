/** The figures of a run and its report: a table, one line of JSON, and whether the run passed. Immutable values. */
@NullMarked
package io.kurier.benchmarks.report;

import org.jspecify.annotations.NullMarked;
