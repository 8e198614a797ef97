package io.kurier.standalone.demo;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/** Waits for conditions, each for a limited time; gives up early if a part of Kurier fails. */
final class DemoDeadline {
    private static final long POLL_MS = 50;

    private final CompletableFuture<Void> failure;

    /** @param failure completes when a part of Kurier fails */
    DemoDeadline(CompletableFuture<Void> failure) {
        this.failure = failure;
    }

    /**
     * @param what describes the condition, to complete "waiting until ..."
     * @throws DemoFailedException if the condition does not become true within the limit, or Kurier fails
     */
    void until(String what, Duration limit, Callable<Boolean> condition) throws InterruptedException {
        long start = System.nanoTime();
        while (!holds(condition)) {
            if (failure.isCompletedExceptionally()) {
                throw new DemoFailedException("Kurier failed while the demo was waiting until " + what, cause());
            }
            if (System.nanoTime() - start > limit.toNanos()) {
                throw new DemoFailedException("waited " + limit.toSeconds() + " s without success until " + what, null);
            }
            Thread.sleep(POLL_MS);
        }
    }

    private static boolean holds(Callable<Boolean> condition) throws InterruptedException {
        try {
            return condition.call();
        } catch (InterruptedException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new DemoFailedException(e.toString(), e);
        }
    }

    private Throwable cause() {
        return failure.handle((ignored, cause) -> cause).join();
    }
}
