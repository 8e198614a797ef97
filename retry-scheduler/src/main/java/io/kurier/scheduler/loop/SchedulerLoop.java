package io.kurier.scheduler.loop;

import io.kurier.runtime.health.Check;
import java.util.List;

/** What one thread of the scheduler repeats. {@code health} may be asked from any thread, the rest is that thread's. */
public interface SchedulerLoop extends AutoCloseable {
    void begin();

    /** One round, a poll included. */
    void turn() throws InterruptedException;

    List<Check> health();

    @Override
    void close();
}
