package io.kurier.benchmarks.process;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Waits in real time for a condition, always with a limit. The only place where the bench sleeps. */
public final class Polling {
    private static final Duration STEP = Duration.ofMillis(10);

    private Polling() {}

    /**
     * @param limit how long to wait
     * @param what names what is waited for in the error message
     * @throws IllegalStateException if the condition does not become true within the limit
     */
    public static void until(BooleanSupplier condition, Duration limit, String what) {
        if (!becomesTrueWithin(limit, condition)) {
            throw new IllegalStateException("waited " + limit.toMillis() + " ms for " + what + ", without success");
        }
    }

    /** @return whether the condition became true within the limit */
    public static boolean becomesTrueWithin(Duration limit, BooleanSupplier condition) {
        long end = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end >= 0) {
                return false;
            }
            sleep(STEP);
        }
        return true;
    }

    public static void sleep(Duration duration) {
        try {
            TimeUnit.NANOSECONDS.sleep(duration.toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
