package io.kurier.benchmarks.micro;

import io.kurier.expressions.Condition;
import io.kurier.expressions.EventVariables;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Cost of evaluating a webhook's condition on the thread that asks, and of handing it to a pool of one thread whose results
 * come back to a loop of one thread: the two ways that decision 0027 compares.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
@State(Scope.Thread)
public class ConditionBenchmark {
    private static final int BURST = 500;

    private final Condition condition =
            Condition.parse("data.progress >= 50 && data.status == 'running'", System::nanoTime);
    private final EventVariables event = new EventVariables(
            "evt_1",
            "job.progress",
            "job-1",
            Instant.parse("2026-01-02T03:04:05.678Z"),
            "{\"status\":\"running\",\"progress\":75,\"name\":\"a video\"}".getBytes(StandardCharsets.UTF_8));

    private final ThreadPoolExecutor pool =
            new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(2 * BURST));
    private final ExecutorService loop = Executors.newSingleThreadExecutor();

    @TearDown
    public void stop() {
        pool.shutdownNow();
        loop.shutdownNow();
    }

    /** On the calling thread. */
    @Benchmark
    public Object inline() {
        return condition.of(event);
    }

    /** From the loop to the pool and back, a burst at a time, which is the best case of a pool. */
    @Benchmark
    @OperationsPerInvocation(BURST)
    public void handedOver() throws InterruptedException {
        CountDownLatch done = new CountDownLatch(BURST);
        loop.execute(() -> {
            for (int i = 0; i < BURST; i++) {
                pool.execute(() -> {
                    Object answer = condition.of(event);
                    loop.execute(() -> {
                        if (answer != null) {
                            done.countDown();
                        }
                    });
                });
            }
        });
        done.await();
    }
}
