package io.kurier.scheduler.replay;

import io.kurier.runtime.health.Check;
import io.kurier.runtime.kafka.PausablePoll;
import io.kurier.runtime.time.ProcessClock;
import io.kurier.runtime.transactions.Batch;
import io.kurier.runtime.transactions.BatchWriter;
import io.kurier.scheduler.config.RetrySchedulerConfig;
import io.kurier.scheduler.loop.SchedulerLoop;
import io.kurier.schemas.DeadLetter;
import io.kurier.schemas.ReplayFrom;
import io.kurier.schemas.ReplayOrder;
import io.kurier.schemas.ReplayProgress;
import io.kurier.schemas.topics.TopicCatalog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
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
 * Runs all replays while this process owns the one partition of {@code replays}, and removes finished ones from it.
 *
 * <p>Each step of a replay is one transaction of lane records, takings, progress and the group's offset: a crash repeats
 * nothing, and a former owner cannot commit. One replay at a time is scanned for its letters, a bounded step per turn,
 * while the others run. One thread; any thread may call {@link #health}.
 */
public final class ReplayLoop implements SchedulerLoop, ConsumerRebalanceListener {
    public static final String GROUP = "retry-scheduler.replays";
    private static final Logger log = LoggerFactory.getLogger(ReplayLoop.class);
    private static final Duration POLL = Duration.ofMillis(50);
    /** Held deliveries are searched this often within the time for which they are held. */
    private static final int SEARCHES_OF_HELD = 300;

    private static final long UNKNOWN = -1;

    private final RetrySchedulerConfig config;
    private final TopicCatalog topics;
    private final Consumer<byte[], byte[]> consumer;
    private final BatchWriter writer;
    /** Two readers, so that moving letters does not seek the scan away from where it reads. */
    private final PartitionReader scanReader;

    private final PartitionReader moveReader;
    private final ReplayTable table;
    private final ReplayRecords records;
    private final ProcessClock clock;

    private final Map<String, ReplayRun> running = new LinkedHashMap<>();
    private @Nullable DeadLetterScan scan;
    /** Completed by this process, while the table still shows them unfinished. */
    private final Set<String> completed = new HashSet<>();
    /** Removed by this process, while the table still shows them. */
    private final Set<String> removed = new HashSet<>();

    private @Nullable TopicPartition owned;
    private long tableEnd = UNKNOWN;
    private boolean tableComplete;
    private long searchHeldAtMs;
    private volatile boolean joined;

    /**
     * @param consumer a member of the group {@link #GROUP}; closed with the loop, as are the writer and the readers
     * @param readers opens a reader
     * @param table kept up to date by the caller
     */
    public ReplayLoop(
            RetrySchedulerConfig config,
            TopicCatalog topics,
            Consumer<byte[], byte[]> consumer,
            BatchWriter writer,
            Supplier<PartitionReader> readers,
            ReplayTable table,
            ReplayRecords records,
            ProcessClock clock) {
        this.config = config;
        this.topics = topics;
        this.consumer = consumer;
        this.writer = writer;
        this.scanReader = readers.get();
        this.moveReader = readers.get();
        this.table = table;
        this.records = records;
        this.clock = clock;
    }

    @Override
    public void subscribe() {
        consumer.subscribe(List.of(topics.replays()), this);
    }

    /** Rebalances happen in the poll only, so that the ownership does not change within a turn. */
    @Override
    public void turn() throws InterruptedException {
        // a scan spends the turn's time reading
        PausablePoll.poll(consumer, scan == null ? POLL : Duration.ZERO, clock);
        TopicPartition partition = owned;
        if (partition == null || !isTableComplete(partition)) {
            return;
        }
        completed.removeIf(id -> !table.isUnfinished(id));
        removed.removeIf(id -> !table.contains(id));
        scanStep();
        for (ReplayRun run : List.copyOf(running.values())) {
            step(partition, run);
        }
        removeExpired(partition);
    }

    /** After a takeover, waits until the table shows the former owner's last step. */
    private boolean isTableComplete(TopicPartition partition) throws InterruptedException {
        if (!tableComplete && isFormerOwnerDone(partition)) {
            if (tableEnd == UNKNOWN) {
                tableEnd = moveReader.ends(partition.topic()).get(partition.partition());
            }
            tableComplete = table.position() >= tableEnd;
        }
        return tableComplete;
    }

    /**
     * Kafka tells a group's offset only once no transaction with an offset of the group is open, and accepts none of a
     * former owner afterwards. Without this wait, a frozen former owner could wake up and commit the step that this
     * process repeats.
     */
    private boolean isFormerOwnerDone(TopicPartition partition) {
        try {
            consumer.position(partition, POLL);
            return true;
        } catch (TimeoutException e) {
            return false;
        }
    }

    private void scanStep() throws InterruptedException {
        DeadLetterScan current = scan != null ? scan : nextScan(clock.millis());
        scan = current;
        if (current == null) {
            return;
        }
        current.step(POLL, clock);
        if (current.isDone()) {
            scan = null;
            ReplayRun run = current.run(clock.millis());
            if (run.plan().isOrdered() || !run.isEmpty()) {
                running.put(run.id(), run);
            }
        }
    }

    /** A scan for the next replay that may begin or resume; null if there is none. */
    private @Nullable DeadLetterScan nextScan(long nowMs) throws InterruptedException {
        ReplayPlan ordered = nextOrdered(nowMs);
        if (isHeldSearchDue(nowMs, ordered != null)) {
            DeadLetterScan search =
                    begin(ReplayPlan.givingUpHeld(nowMs - config.heldFor().toMillis(), nowMs));
            searchHeldAtMs = nowMs + searchIntervalMs();
            return search;
        }
        return ordered == null ? null : begin(ordered);
    }

    /** Orders go first, so that a release wins over giving up; but they cannot put the search off for ever. */
    private boolean isHeldSearchDue(long nowMs, boolean isOrderWaiting) {
        return nowMs >= searchHeldAtMs + (isOrderWaiting ? searchIntervalMs() : 0)
                && !running.containsKey(ReplayPlan.HELD_TOO_LONG);
    }

    private long searchIntervalMs() {
        return config.heldFor().dividedBy(SEARCHES_OF_HELD).toMillis();
    }

    private @Nullable ReplayPlan nextOrdered(long nowMs) {
        for (ReplayTable.Replay replay : table.unfinished()) {
            ReplayOrder order = replay.order();
            boolean isKnown = running.containsKey(replay.id()) || completed.contains(replay.id());
            if (!isKnown && order != null && order.getBeginsAtMs() <= nowMs) {
                return ReplayPlan.of(replay.id(), order, replay.progress());
            }
        }
        return null;
    }

    private DeadLetterScan begin(ReplayPlan plan) throws InterruptedException {
        DeadLetterScan begun = DeadLetterScan.begin(plan, topic(plan), scanReader, records);
        if (plan.isOrdered()) {
            log.info(
                    "Replay {} {}",
                    plan.id(),
                    plan.progress() == null ? "begins" : "resumes where its former owner stopped");
        }
        return begun;
    }

    private String topic(ReplayPlan plan) {
        return plan.order().getFrom() == ReplayFrom.HELD ? topics.held() : topics.deadLetters();
    }

    /** Moves what the run's rate allows now, in one transaction. */
    private void step(TopicPartition partition, ReplayRun run) throws InterruptedException {
        long nowMs = clock.millis();
        List<ConsumerRecord<byte[], byte[]>> passed =
                run.order().getDryRun() ? List.of() : run.next(moveReader, nowMs, config.batch());
        if (passed.isEmpty() && !run.isEmpty() && !run.order().getDryRun()) {
            return;
        }
        List<ProducerRecord<byte[], byte[]>> out = new ArrayList<>();
        int moved = 0;
        for (ConsumerRecord<byte[], byte[]> record : passed) {
            moved += move(run, record, out, nowMs) ? 1 : 0;
        }
        ReplayProgress progress = run.progressAfter(passed, moved, nowMs);
        if (run.plan().isOrdered()) {
            out.add(records.progress(run.id(), progress));
        }
        if (commit(partition, out) == BatchWriter.Result.COMMITTED) {
            run.committed(passed, progress);
            tellOthers(run, passed);
            if (run.isCompleted()) {
                complete(run);
            }
        }
    }

    private boolean move(
            ReplayRun run,
            ConsumerRecord<byte[], byte[]> record,
            List<ProducerRecord<byte[], byte[]>> out,
            long nowMs) {
        DeadLetter letter = records.read(record);
        if (letter == null || letter.getEntry() == null || run.isTakenByOther(record)) {
            return false;
        }
        out.addAll(records.move(run.plan().move(), run.id(), record, letter, nowMs));
        return true;
    }

    /** Replays that were scanned, or began to be, before this step have not seen its takings. */
    private void tellOthers(ReplayRun run, List<ConsumerRecord<byte[], byte[]>> taken) {
        String topic = topic(run.plan());
        for (ReplayRun other : running.values()) {
            if (other != run && topic(other.plan()).equals(topic)) {
                taken.forEach(other::takenByOther);
            }
        }
        DeadLetterScan current = scan;
        if (current != null && topic(current.plan()).equals(topic)) {
            taken.forEach(current::takenByOther);
        }
    }

    private void complete(ReplayRun run) {
        log.info(
                "Replay {} is complete: {} of {} deliveries moved",
                run.id(),
                run.progress().getDone(),
                run.progress().getTotal());
        running.remove(run.id());
        if (run.plan().isOrdered()) {
            completed.add(run.id());
        }
    }

    /** One batch at a time: the next one is decided on a table that shows the last. */
    private void removeExpired(TopicPartition partition) throws InterruptedException {
        if (!removed.isEmpty()) {
            return;
        }
        List<String> expired = table.expired(
                clock.millis() - config.replaysKept().toMillis(), config.maxFinishedReplays(), config.batch());
        if (expired.isEmpty()) {
            return;
        }
        List<ProducerRecord<byte[], byte[]>> out =
                expired.stream().flatMap(id -> records.removal(id).stream()).toList();
        if (commit(partition, out) == BatchWriter.Result.COMMITTED) {
            removed.addAll(expired);
            log.info(
                    "Removed {} finished replays, {} to {}",
                    expired.size(),
                    expired.get(0),
                    expired.get(expired.size() - 1));
        }
    }

    /** With the group's offset, so that only the owner of the partition can commit. */
    private BatchWriter.Result commit(TopicPartition partition, List<ProducerRecord<byte[], byte[]>> out)
            throws InterruptedException {
        Batch.GroupOffsets ownership = new Batch.GroupOffsets(
                consumer.groupMetadata(), Map.of(partition, new Batch.Progress(consumer.position(partition), "")));
        return writer.commit(new Batch(out, List.of(ownership)));
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        joined = true;
        for (TopicPartition partition : partitions) {
            owned = partition;
            tableEnd = UNKNOWN;
            tableComplete = false;
            searchHeldAtMs = clock.millis();
        }
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        if (!partitions.isEmpty()) {
            owned = null;
            scan = null;
            running.clear();
            completed.clear();
            removed.clear();
        }
    }

    @Override
    public List<Check> health() {
        List<Check> checks = new ArrayList<>(writer.health());
        checks.add(new Check("replays", joined, joined ? "joined its group" : "has not joined its group yet"));
        return checks;
    }

    @Override
    public void close() {
        scanReader.close();
        moveReader.close();
        writer.close();
        consumer.close();
    }
}
