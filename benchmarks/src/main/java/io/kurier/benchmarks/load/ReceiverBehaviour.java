package io.kurier.benchmarks.load;

/** What a receiver does with a request. */
public enum ReceiverBehaviour {
    /** Answers 200. */
    ANSWERS,
    /** Takes the connection and the request, and never answers: a black hole. */
    SILENT,
    /** Answers 503. */
    FAILS
}
