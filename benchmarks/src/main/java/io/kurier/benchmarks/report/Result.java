package io.kurier.benchmarks.report;

/** The result of a run, for people, for scripts and for the exit code. Immutable. */
public interface Result {
    /** @return whether every promise that the run checks was kept */
    boolean passed();

    /** @return a table in several lines */
    String table();

    /** @return one line of JSON with stable field names */
    String json();
}
