package io.kurier.dispatcher.waiting;

/** One place where deliveries wait in memory. Event loop only. */
public interface WaitingPlace {
    /** Adds the deliveries that wait here to the counts, each under its reason. */
    void countInto(WaitCounts counts);

    /** Continues every delivery that need not wait any longer. Called at each turn of the event loop, so it must be cheap. */
    default void wake() {}
}
