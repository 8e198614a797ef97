package io.kurier.scheduler;

import io.kurier.runtime.PartMain;
import io.kurier.scheduler.config.RetrySchedulerConfig;
import java.util.List;

/** Runs one retry scheduler as a process. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        PartMain.run(
                List.of(RetrySchedulerConfig.definition()),
                (runtime, settings) -> new RetryScheduler(runtime, RetrySchedulerConfig.from(settings)).start());
    }
}
