package io.kurier.runtime.time;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A wall clock beside the machine's monotonic clock. Any thread. */
record SystemClock(InstantSource wallClock) implements ProcessClock {
    @Override
    public Instant instant() {
        return wallClock.instant();
    }

    @Override
    public long millis() {
        return wallClock.millis();
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public void sleep(Duration pause) throws InterruptedException {
        Thread.sleep(pause.toMillis(), pause.toNanosPart() % 1_000_000);
    }
}
