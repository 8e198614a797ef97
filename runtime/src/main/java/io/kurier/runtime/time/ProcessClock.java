package io.kurier.runtime.time;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * The time of a process: the wall clock, a monotonic clock, and pauses. Nothing else in Kurier's parts may read a clock
 * or sleep, so that tests and simulations can bring their own time. Any thread.
 */
public interface ProcessClock extends InstantSource {
    /**
     * Monotonic time. Only differences mean something; it never goes back, whatever happens to the wall clock.
     *
     * @return nanoseconds since an arbitrary moment
     */
    long nanoTime();

    /**
     * Pauses the calling thread.
     *
     * @throws InterruptedException if the thread is interrupted during the pause
     */
    void sleep(Duration pause) throws InterruptedException;

    /** The clocks of the machine. */
    static ProcessClock system() {
        return withWallClock(InstantSource.system());
    }

    /** The given wall clock beside the machine's monotonic clock and real pauses. */
    static ProcessClock withWallClock(InstantSource wallClock) {
        return wallClock instanceof ProcessClock clock ? clock : new SystemClock(wallClock);
    }

    @Override
    Instant instant();
}
