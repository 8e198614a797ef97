package io.kurier.benchmarks.measure;

import io.kurier.benchmarks.process.Polling;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Completed work and CPU time over a window of steady load. A unit is a delivery, or an event where the bench only
 * publishes.
 *
 * @param perSecond units completed per second over the whole window
 * @param slowestSecond rate of its slowest second; together with the fastest it shows how steady the rate was
 * @param fastestSecond rate of its fastest second
 * @param targetMicros CPU time of the target per unit, in microseconds
 * @param benchMicros CPU time of generator and receiver per unit, in microseconds
 * @param othersShare share of the machine that other processes used, 0 to 1
 */
public record Window(
        double perSecond,
        double slowestSecond,
        double fastestSecond,
        double targetMicros,
        double benchMicros,
        double othersShare) {

    /**
     * Measures a process under load.
     *
     * @param duration length of the window, in whole seconds
     * @throws IllegalStateException if the process ends
     */
    public static Window watch(MeasuredProcess subject, Duration duration) {
        CpuTimes start = CpuTimes.now(subject.process());
        long completed = subject.completed();
        double slowest = Double.MAX_VALUE;
        double fastest = 0;
        long lastNanos = start.nanos();
        long last = completed;
        for (long second = 1; second <= duration.toSeconds(); second++) {
            sleepUntil(start.nanos() + TimeUnit.SECONDS.toNanos(second));
            subject.checkAlive();
            long now = System.nanoTime();
            long count = subject.completed();
            double rate = perSecond(count - last, now - lastNanos);
            slowest = Math.min(slowest, rate);
            fastest = Math.max(fastest, rate);
            lastNanos = now;
            last = count;
        }
        CpuTimes end = CpuTimes.now(subject.process());
        long done = last - completed;
        double each = Math.max(1, done);
        return new Window(
                perSecond(done, lastNanos - start.nanos()),
                slowest,
                fastest,
                end.targetMicrosSince(start) / each,
                end.benchMicrosSince(start) / each,
                end.othersShareSince(start));
    }

    /**
     * @param other a window of the same length
     * @return the mean of both windows, with the slowest and the fastest second of both
     */
    public Window meanWith(Window other) {
        return new Window(
                (perSecond + other.perSecond) / 2,
                Math.min(slowestSecond, other.slowestSecond),
                Math.max(fastestSecond, other.fastestSecond),
                (targetMicros + other.targetMicros) / 2,
                (benchMicros + other.benchMicros) / 2,
                (othersShare + other.othersShare) / 2);
    }

    private static void sleepUntil(long nanos) {
        long left = nanos - System.nanoTime();
        if (left > 0) {
            Polling.sleep(Duration.ofNanos(left));
        }
    }

    private static double perSecond(long count, long nanos) {
        return count * (double) TimeUnit.SECONDS.toNanos(1) / Math.max(1, nanos);
    }
}
