package io.kurier.standalone.demo;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Interrupts the demo's main thread on Ctrl-C and at the time limit, and lets it clean up. Cleaning up is not
 * interrupted, but it has a limit too.
 */
final class Watchdog {
    private static final Duration CLEAN_UP_LIMIT = Duration.ofSeconds(30);

    private final Thread run = Thread.currentThread();
    private final CountDownLatch runEnded = new CountDownLatch(1);
    private final CountDownLatch cleaned = new CountDownLatch(1);
    private volatile boolean running = true;
    private volatile boolean keeping;
    private volatile boolean late;

    /**
     * Starts watching the calling thread.
     *
     * @param limit for the run, until one of the other methods is called
     */
    static Watchdog start(Duration limit) {
        Watchdog watchdog = new Watchdog();
        Runtime.getRuntime().addShutdownHook(new Thread(watchdog::stopped, "demo-stop"));
        Thread watch = new Thread(() -> watchdog.watch(limit), "demo-limit");
        watch.setDaemon(true);
        watch.start();
        return watchdog;
    }

    /** Removes the limit: the demo may run until Ctrl-C. */
    void keeping() {
        keeping = true;
        runEnded.countDown();
    }

    /** The run is over; only the clean-up is left. */
    void cleaning() {
        running = false;
        runEnded.countDown();
    }

    /** The clean-up is complete. */
    void cleaned() {
        cleaning();
        cleaned.countDown();
    }

    /** @return whether the run was interrupted because of its limit */
    boolean wasLate() {
        return late;
    }

    private void stopped() {
        interruptRun();
        awaitCleanUp();
    }

    private void interruptRun() {
        if (running) {
            run.interrupt();
        }
    }

    private void watch(Duration limit) {
        try {
            late = !runEnded.await(limit.toMillis(), TimeUnit.MILLISECONDS);
            if (late) {
                interruptRun();
            }
            if (!keeping && !awaitCleanUp()) {
                System.err.println("kurier demo: the clean-up takes too long; the process is halted");
                Runtime.getRuntime().halt(1);
            }
        } catch (InterruptedException e) {
            // not interrupted by anyone; the daemon thread ends with the process
        }
    }

    private boolean awaitCleanUp() {
        try {
            return cleaned.await(CLEAN_UP_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
