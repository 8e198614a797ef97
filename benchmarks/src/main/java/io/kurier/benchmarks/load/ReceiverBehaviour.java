package io.kurier.benchmarks.load;

/** How a receiver treats a request. */
public enum ReceiverBehaviour {
    /** Answers 200. */
    ANSWERS,
    /** Takes the connection and the request, and never answers (a black hole). */
    SILENT,
    /** Answers 503. */
    FAILS
}
