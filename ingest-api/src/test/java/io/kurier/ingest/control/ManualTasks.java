package io.kurier.ingest.control;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Background tasks that run when the test says so. One thread. */
final class ManualTasks implements BackgroundTasks {
    record Scheduled(Duration delay, Runnable task) {}

    record Repeated(Duration first, Duration pause, Runnable task) {}

    private final List<Scheduled> scheduled = new ArrayList<>();
    final List<Repeated> repeated = new ArrayList<>();
    boolean closed;

    /** Takes out what waits to run once. */
    List<Scheduled> take() {
        List<Scheduled> all = List.copyOf(scheduled);
        scheduled.clear();
        return all;
    }

    /** Runs what waits to run once, but nothing that this schedules. */
    void runScheduled() {
        take().forEach(each -> each.task().run());
    }

    void runRepeated() {
        repeated.forEach(each -> each.task().run());
    }

    @Override
    public void schedule(Duration delay, Runnable task) {
        scheduled.add(new Scheduled(delay, task));
    }

    @Override
    public void repeat(Duration first, Duration pause, Runnable task) {
        repeated.add(new Repeated(first, pause, task));
    }

    @Override
    public void close() {
        closed = true;
    }
}
