package io.kurier.ingest.control;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Runs tasks later, one at a time, until it is closed. Any thread. */
public interface BackgroundTasks extends AutoCloseable {
    /** Runs the task once. Does nothing after {@link #close}. */
    void schedule(Duration delay, Runnable task);

    /**
     * Runs the task again and again. A task that throws is not run again.
     *
     * @param first the delay of the first run
     * @param pause between the end of a run and the next
     */
    void repeat(Duration first, Duration pause, Runnable task);

    /** Interrupts the running task, and runs no other. */
    @Override
    void close();

    /** Runs the tasks on a thread of this name. */
    static BackgroundTasks onThread(String name) {
        ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, name));
        return new BackgroundTasks() {
            @Override
            public void schedule(Duration delay, Runnable task) {
                if (!executor.isShutdown()) {
                    executor.schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
                }
            }

            @Override
            public void repeat(Duration first, Duration pause, Runnable task) {
                executor.scheduleWithFixedDelay(task, first.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS);
            }

            @Override
            public void close() {
                executor.shutdownNow();
            }
        };
    }
}
