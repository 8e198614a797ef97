package io.kurier.benchmarks.process;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** The only place where the bench sleeps: it measures in real time. Every wait has an end. */
public final class Polling {
    private static final Duration STEP = Duration.ofMillis(10);

    private Polling() {}

    /** Waits for a condition; an {@link IllegalStateException} says what did not come in time. */
    public static void until(BooleanSupplier condition, Duration limit, String what) {
        if (!becomesTrueWithin(limit, condition)) {
            throw new IllegalStateException("waited " + limit.toMillis() + " ms in vain for " + what);
        }
    }

    /** Waits for a condition and says whether it came. */
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
