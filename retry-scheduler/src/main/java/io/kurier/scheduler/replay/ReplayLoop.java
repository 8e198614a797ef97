package io.kurier.scheduler.replay;

import io.kurier.runtime.KurierRuntime;
import io.kurier.runtime.control.ReplayKeys;
import io.kurier.runtime.health.Check;
import io.kurier.runtime.kafka.EndOffsets;
import io.kurier.runtime.kafka.PausablePoll;
import io.kurier.runtime.transactions.Batch;
import io.kurier.runtime.transactions.BatchWriter;
import io.kurier.runtime.transactions.TransactionalWriter;
import io.kurier.scheduler.config.RetrySchedulerConfig;
import io.kurier.scheduler.loop.SchedulerLoop;
import io.kurier.schemas.DeadLetter;
import io.kurier.schemas.ReplayFrom;
import io.kurier.schemas.ReplayOrder;
import io.kurier.schemas.ReplayProgress;
import io.kurier.schemas.ReplayRecord;
import io.kurier.schemas.ReplayState;
import io.kurier.schemas.wire.RecordCodec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs replays while this process owns the one partition of {@code replays}. Each step is one transaction of lane
 * records, takings, progress and the group's offset, so that a crash repeats nothing and a former owner can't go on.
 */
public final class ReplayLoop implements SchedulerLoop, ConsumerRebalanceListener {
    public static final String GROUP = "retry-scheduler.replays";
    private static final Logger log = LoggerFactory.getLogger(ReplayLoop.class);
    private static final Duration POLL = Duration.ofMillis(50);
    private static final Duration CATCH_UP = Duration.ofSeconds(30);
    /** How often within the time for which deliveries are held. */
    private static final int LOOKS_FOR_HELD = 300;

    private final KurierRuntime runtime;
    private final RetrySchedulerConfig config;
    private final Consumer<byte[], byte[]> consumer;
    private final TransactionalWriter outbox;
    private final ReplayMoves moves;
    private final RecordCodec<ReplayRecord> replays;
    private final Map<String, ReplayRun> running = new LinkedHashMap<>();
    /** Complete, though the table may not show it yet. */
    private final Set<String> finished = new HashSet<>();

    private @Nullable TopicPartition owned;
    private final Map<ReplayFrom, DeadLetterScan> scans = new EnumMap<>(ReplayFrom.class);
    private int ownership;
    private boolean tableComplete;
    private long lookedForHeldAtMs;
    private volatile boolean joined;

    public ReplayLoop(KurierRuntime runtime, RetrySchedulerConfig config) {
        this.runtime = runtime;
        this.config = config;
        this.consumer = runtime.kafka().member(runtime.topics().named(GROUP), Map.of());
        this.outbox = new TransactionalWriter(
                runtime.kafka(), runtime.topics().named("retry-scheduler-replays"), runtime.clock());
        this.moves = new ReplayMoves(runtime);
        this.replays = runtime.codec(ReplayRecord.class);
    }

    @Override
    public void begin() {
        consumer.subscribe(List.of(runtime.topics().replays()), this);
    }

    @Override
    public void turn() throws InterruptedException {
        PausablePoll.poll(consumer, POLL, runtime.clock());
        TopicPartition partition = owned;
        if (partition == null || !isTableComplete(partition)) {
            return;
        }
        long nowMs = runtime.clock().millis();
        begin(nowMs);
        endHolding(nowMs);
        for (ReplayRun run : List.copyOf(running.values())) {
            if (owned == null) {
                return;
            }
            step(partition, run, nowMs);
            if (run.isDone()) {
                log.info("replay {} is complete", run.id);
                running.remove(run.id);
                if (!run.endsHolding()) {
                    finished.add(run.id);
                }
            }
        }
    }

    /** After a takeover: the table must show the former owner's last step before anything goes on. */
    private boolean isTableComplete(TopicPartition partition) throws InterruptedException {
        if (!tableComplete && isFormerOwnerDone(partition)) {
            long end = EndOffsets.of(runtime.kafka(), List.of(partition)).getOrDefault(partition, 0L);
            tableComplete = runtime.tables().await(partition.topic(), end, CATCH_UP);
        }
        return tableComplete;
    }

    /**
     * Kafka tells where to read on only when no transaction with an offset of this group is open any more, and takes none
     * from a former owner after that. Without waiting for it a frozen owner could wake up and commit the same step.
     */
    private boolean isFormerOwnerDone(TopicPartition partition) {
        try {
            consumer.position(partition, POLL);
            return true;
        } catch (TimeoutException e) {
            return false;
        }
    }

    private void begin(long nowMs) throws InterruptedException {
        for (ReplayRecord replay : runtime.replays().values()) {
            boolean isKnown = running.containsKey(replay.getId()) || finished.contains(replay.getId());
            if (isKnown || replay.getOrder() == null || !mayBegin(replay.getOrder(), nowMs)) {
                continue;
            }
            ReplayProgress progress = runtime.replays()
                    .get(ReplayKeys.progress(replay.getId()))
                    .map(ReplayRecord::getProgress)
                    .orElse(null);
            if (progress == null || progress.getState() == ReplayState.RUNNING) {
                log.info("replay {} {}", replay.getId(), progress == null ? "begins" : "goes on where it was");
                int before = ownership;
                ReplayRun run = new ReplayRun(
                        replay.getId(),
                        replay.getOrder(),
                        progress,
                        scan(replay.getOrder().getFrom()),
                        nowMs);
                if (before != ownership) {
                    // the partition was another's meanwhile, and what was scanned may be taken
                    return;
                }
                running.put(run.id, run);
            }
        }
    }

    /** Looks from time to time for what would be held until its topic forgets it. */
    private void endHolding(long nowMs) throws InterruptedException {
        if (nowMs - lookedForHeldAtMs
                < config.heldFor().dividedBy(LOOKS_FOR_HELD).toMillis()) {
            return;
        }
        lookedForHeldAtMs = nowMs;
        int before = ownership;
        ReplayRun run = ReplayRun.endingHolding(nowMs - config.heldFor().toMillis(), scan(ReplayFrom.HELD), nowMs);
        if (before == ownership && !run.isEmpty()) {
            running.putIfAbsent(run.id, run);
        }
    }

    /** An order that only a newer version understands is left to one. */
    private static boolean mayBegin(ReplayOrder order, long nowMs) {
        return order.getBeginsAtMs() <= nowMs && order.getFrom() != ReplayFrom.UNKNOWN;
    }

    private DeadLetterScan scan(ReplayFrom from) {
        return scans.computeIfAbsent(
                from,
                f -> new DeadLetterScan(
                        runtime, topic(f), () -> PausablePoll.poll(consumer, Duration.ZERO, runtime.clock())));
    }

    private String topic(ReplayFrom from) {
        return from == ReplayFrom.HELD
                ? runtime.topics().held()
                : runtime.topics().deadLetters();
    }

    private void step(TopicPartition partition, ReplayRun run, long nowMs) throws InterruptedException {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        List<ProducerRecord<byte[], byte[]>> out = new ArrayList<>();
        ReplayProgress progress;
        if (run.order.getDryRun()) {
            progress = run.dryProgress(nowMs);
        } else {
            records.addAll(run.next(nowMs, config.batch()));
            if (records.isEmpty() && !run.isEmpty()) {
                return;
            }
            int taken = 0;
            for (ConsumerRecord<byte[], byte[]> record : records) {
                taken += take(run, record, out, nowMs) ? 1 : 0;
            }
            progress = run.progressAfter(records, taken, nowMs);
        }
        if (!run.endsHolding()) {
            out.add(progressRecord(run.id, progress));
        }
        Batch.GroupOffsets ownership = new Batch.GroupOffsets(
                consumer.groupMetadata(), Map.of(partition, new Batch.Progress(consumer.position(partition), "")));
        if (outbox.commit(new Batch(out, List.of(ownership))) == BatchWriter.Result.COMMITTED) {
            run.took(records, progress);
            running.values().stream()
                    .filter(other -> other != run && other.order.getFrom() == run.order.getFrom())
                    .forEach(other -> records.forEach(other::takenByOther));
        }
    }

    private boolean take(
            ReplayRun run,
            ConsumerRecord<byte[], byte[]> record,
            List<ProducerRecord<byte[], byte[]>> out,
            long nowMs) {
        DeadLetter letter = scan(run.order.getFrom()).read(record);
        if (letter != null && letter.getEntry() != null && !run.isTakenByOthers(record)) {
            out.addAll(moves.of(run, record, letter, nowMs));
            return true;
        }
        return false;
    }

    private ProducerRecord<byte[], byte[]> progressRecord(String id, ReplayProgress progress) {
        return new ProducerRecord<>(
                runtime.topics().replays(),
                0,
                ReplayKeys.progress(id).getBytes(StandardCharsets.UTF_8),
                replays.encode(new ReplayRecord(id, null, progress)));
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        joined = true;
        partitions.forEach(partition -> owned = partition);
        ownership++;
        tableComplete = false;
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        if (!partitions.isEmpty()) {
            ownership++;
            owned = null;
            running.clear();
            finished.clear();
        }
    }

    @Override
    public List<Check> health() {
        List<Check> checks = new ArrayList<>(outbox.health());
        checks.add(new Check("replays", joined, joined ? "joined its group" : "has not joined its group yet"));
        return checks;
    }

    @Override
    public void close() {
        scans.values().forEach(DeadLetterScan::close);
        outbox.close();
        consumer.close();
    }
}
