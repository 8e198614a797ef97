package io.kurier.scheduler;

import io.kurier.runtime.KurierRuntime;
import io.kurier.runtime.Part;
import io.kurier.runtime.health.Check;
import io.kurier.scheduler.config.RetrySchedulerConfig;
import io.kurier.scheduler.loop.SchedulerLoop;
import io.kurier.scheduler.replay.ReplayLoop;
import io.kurier.scheduler.tier.TierLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.errors.FencedMemberEpochException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.StaleMemberEpochException;
import org.apache.kafka.common.errors.UnknownMemberIdException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The retry scheduler. Any number share the tiers; one of them, whoever owns the partition of {@code replays}, runs replays. */
public final class RetryScheduler implements Part {
    private static final Logger log = LoggerFactory.getLogger(RetryScheduler.class);
    private static final Duration STOP = Duration.ofSeconds(30);

    private final CompletableFuture<Void> failure = new CompletableFuture<>();
    private final List<SchedulerLoop> loops;
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean running = true;

    public RetryScheduler(KurierRuntime runtime, RetrySchedulerConfig config) {
        this.loops = List.of(new TierLoop(runtime, config), new ReplayLoop(runtime, config));
    }

    /** Joins the groups; returns at once. */
    public RetryScheduler start() {
        for (SchedulerLoop loop : loops) {
            Thread thread =
                    new Thread(() -> run(loop), "scheduler-" + loop.getClass().getSimpleName());
            threads.add(thread);
            thread.start();
        }
        return this;
    }

    private void run(SchedulerLoop loop) {
        try (loop) {
            loop.begin();
            while (running) {
                turn(loop);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            running = false;
            log.error("the retry scheduler stops without committing", e);
            failure.completeExceptionally(e);
        }
    }

    private static void turn(SchedulerLoop loop) throws InterruptedException {
        try {
            loop.turn();
        } catch (RetriableException
                | UnknownMemberIdException
                | FencedMemberEpochException
                | StaleMemberEpochException e) {
            // who was too slow for its session joins again with its next read
            log.warn("Kafka does not answer, trying again: {}", e.toString());
        }
    }

    @Override
    public List<Check> health() {
        List<Check> checks = new ArrayList<>();
        loops.forEach(loop -> checks.addAll(loop.health()));
        if (failure.isCompletedExceptionally()) {
            checks.add(new Check("retry-scheduler", false, "stopped after a failure; see the log"));
        }
        return checks;
    }

    @Override
    public CompletableFuture<Void> failure() {
        return failure;
    }

    /** The transaction at hand ends, then the groups are left. */
    @Override
    public void close() {
        running = false;
        try {
            for (Thread thread : threads) {
                thread.join(STOP.toMillis());
                if (thread.isAlive()) {
                    thread.interrupt();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
