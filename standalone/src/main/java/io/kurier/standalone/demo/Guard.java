package io.kurier.standalone.demo;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ends the play of its maker's thread on Ctrl-C and when it takes too long: interrupts it and lets it clean up. Cleaning
 * up is not interrupted, but has a limit too.
 */
final class Guard {
    private static final Duration CLEANING = Duration.ofSeconds(30);

    private final Thread run = Thread.currentThread();
    private final CountDownLatch played = new CountDownLatch(1);
    private final CountDownLatch cleaned = new CountDownLatch(1);
    private volatile boolean playing = true;
    private volatile boolean keeping;
    private volatile boolean late;

    /** @param limit for the play, until one of the other methods is called */
    static Guard start(Duration limit) {
        Guard guard = new Guard();
        Runtime.getRuntime().addShutdownHook(new Thread(guard::stopped, "demo-stop"));
        Thread watch = new Thread(() -> guard.watch(limit), "demo-limit");
        watch.setDaemon(true);
        watch.start();
        return guard;
    }

    /** From now on it may run for days, until Ctrl-C. */
    void keeping() {
        keeping = true;
        played.countDown();
    }

    /** The play is over; only cleaning up is left. */
    void cleaning() {
        playing = false;
        played.countDown();
    }

    /** Nothing is left to clean up. */
    void cleaned() {
        cleaning();
        cleaned.countDown();
    }

    /** Whether the play was ended because of its limit. */
    boolean wasLate() {
        return late;
    }

    private void stopped() {
        interruptPlay();
        awaitCleaned();
    }

    private void interruptPlay() {
        if (playing) {
            run.interrupt();
        }
    }

    private void watch(Duration limit) {
        try {
            late = !played.await(limit.toMillis(), TimeUnit.MILLISECONDS);
            if (late) {
                interruptPlay();
            }
            if (!keeping && !awaitCleaned()) {
                System.err.println("kurier demo: cannot stop in order, so it stops without");
                Runtime.getRuntime().halt(1);
            }
        } catch (InterruptedException e) {
            // nobody interrupts it; a daemon ends with the process
        }
    }

    private boolean awaitCleaned() {
        try {
            return cleaned.await(CLEANING.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
