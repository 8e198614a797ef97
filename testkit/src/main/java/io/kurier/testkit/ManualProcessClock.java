package io.kurier.testkit;

import io.kurier.runtime.time.ProcessClock;
import io.kurier.testkit.kafka.ManualTime;
import java.time.Instant;

/**
 * A process clock that stands still until a test moves it. A pause returns at once and moves the clock by its length,
 * so that a single-threaded test needs no real time. Any thread.
 */
public final class ManualProcessClock extends ManualTime implements ProcessClock {
    /** Starts at 2026-01-01T00:00:00Z. */
    public ManualProcessClock() {}

    public ManualProcessClock(Instant start) {
        super(start);
    }
}
