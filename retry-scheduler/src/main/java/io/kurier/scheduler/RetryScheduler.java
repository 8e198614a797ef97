package io.kurier.scheduler;

import io.kurier.runtime.KurierRuntime;
import io.kurier.runtime.Part;
import io.kurier.runtime.health.Check;
import io.kurier.runtime.transactions.TransactionalWriter;
import io.kurier.scheduler.config.RetrySchedulerConfig;
import io.kurier.scheduler.loop.SchedulerLoop;
import io.kurier.scheduler.replay.ConsumerPartitionReader;
import io.kurier.scheduler.replay.ReplayLoop;
import io.kurier.scheduler.replay.ReplayRecords;
import io.kurier.scheduler.replay.ReplayTable;
import io.kurier.scheduler.tier.TierLoop;
import io.kurier.schemas.Attempt;
import io.kurier.schemas.DeadLetter;
import io.kurier.schemas.Delivery;
import io.kurier.schemas.ReplayRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.FencedMemberEpochException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.StaleMemberEpochException;
import org.apache.kafka.common.errors.UnknownMemberIdException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The retry scheduler: makes the two loops and runs each on a thread. Any number of schedulers share the tiers; the one
 * that owns the partition of {@code replays} runs all replays.
 */
public final class RetryScheduler implements Part {
    private static final Logger log = LoggerFactory.getLogger(RetryScheduler.class);
    private static final Duration STOP = Duration.ofSeconds(30);
    private static final int FETCH_BYTES_PER_TIER_PARTITION = 256 * 1024;

    private final CompletableFuture<Void> failure = new CompletableFuture<>();
    private final List<SchedulerLoop> loops;
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean running = true;

    public RetryScheduler(KurierRuntime runtime, RetrySchedulerConfig config) {
        this.loops = List.of(tierLoop(runtime, config), replayLoop(runtime, config));
    }

    private static SchedulerLoop tierLoop(KurierRuntime runtime, RetrySchedulerConfig config) {
        Map<String, Object> readAhead = Map.of(
                "max.poll.records", config.readAhead(), "max.partition.fetch.bytes", FETCH_BYTES_PER_TIER_PARTITION);
        return new TierLoop(
                config,
                runtime.retryTiers(),
                runtime.topics(),
                runtime.kafka().member(runtime.topics().named(TierLoop.GROUP), readAhead),
                writer(runtime, "retry-scheduler-tiers"),
                runtime.codec(Delivery.class),
                runtime.clock(),
                runtime.metrics());
    }

    private static SchedulerLoop replayLoop(KurierRuntime runtime, RetrySchedulerConfig config) {
        String replays = runtime.topics().replays();
        ReplayTable table = new ReplayTable(() -> runtime.tables().position(replays));
        runtime.replays().listen(table::accept);
        ReplayRecords records = new ReplayRecords(
                runtime.topics(),
                runtime.codec(DeadLetter.class),
                runtime.codec(Delivery.class),
                runtime.codec(Attempt.class),
                runtime.codec(ReplayRecord.class));
        return new ReplayLoop(
                config,
                runtime.topics(),
                runtime.kafka().member(runtime.topics().named(ReplayLoop.GROUP), Map.of()),
                writer(runtime, "retry-scheduler-replays"),
                () -> new ConsumerPartitionReader(runtime.kafka(), runtime.clock()),
                table,
                records,
                runtime.clock());
    }

    private static TransactionalWriter writer(KurierRuntime runtime, String role) {
        return new TransactionalWriter(runtime.kafka(), runtime.topics().named(role), runtime.clock());
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
            loop.subscribe();
            while (running) {
                turn(loop);
            }
        } catch (InterruptedException | InterruptException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            running = false;
            log.error("Retry scheduler failed; it stops without committing, another one takes over", e);
            failure.completeExceptionally(e);
        }
    }

    private static void turn(SchedulerLoop loop) throws InterruptedException {
        try {
            loop.turn();
        } catch (KafkaException e) {
            if (!isTemporary(e)) {
                throw e;
            }
            log.warn("{}: Kafka request failed, will retry: {}", loop.getClass().getSimpleName(), e.toString());
        }
    }

    /** A member whose session ended joins its group again with its next poll. */
    private static boolean isTemporary(KafkaException e) {
        return e instanceof RetriableException
                || e.getCause() instanceof RetriableException
                || e instanceof UnknownMemberIdException
                || e instanceof FencedMemberEpochException
                || e instanceof StaleMemberEpochException;
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

    /** Lets each loop finish its turn, then leaves the groups. */
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
