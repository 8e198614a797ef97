package io.kurier.benchmarks;

/** What a run ends with, for people, for scripts and for the exit code. Immutable. */
interface Result {
    /** Whether nothing went wrong that must not. */
    boolean passed();

    String table();

    /** One line; names stay. */
    String json();
}
