package io.kurier.benchmarks.measure;

/** A process under load, and the work that it has done. Any thread may call it. */
public interface MeasuredProcess {
    /** @return the process whose CPU time is measured */
    ProcessHandle process();

    /** @throws IllegalStateException if the process has ended or can no longer be measured */
    void checkAlive();

    /** @return units of work (deliveries or events) completed so far */
    long completed();
}
