package io.kurier.benchmarks.measure;

/** What can be watched under load: a process, and how much it has done. Any thread may ask. */
public interface MeasuredProcess {
    /** The process that is measured. */
    ProcessHandle process();

    /** Throws when it can no longer be measured. */
    void checkAlive();

    /** How much of the work is done so far. */
    long completed();
}
