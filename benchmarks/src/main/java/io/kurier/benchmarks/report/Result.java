package io.kurier.benchmarks.report;

/** What a run ends with, for people, for scripts and for the exit code. Immutable. */
public interface Result {
    /** Whether nothing went wrong that must not. */
    boolean passed();

    String table();

    /** One line; names stay. */
    String json();
}
