package io.kurier.scheduler;

import io.kurier.runtime.KurierRuntime;
import io.kurier.runtime.control.ReplayKeys;
import io.kurier.runtime.health.Check;
import io.kurier.runtime.transactions.Batch;
import io.kurier.runtime.transactions.Outbox;
import io.kurier.schemas.DeadLetter;
import io.kurier.schemas.Delivery;
import io.kurier.schemas.ReplayFrom;
import io.kurier.schemas.ReplayOrder;
import io.kurier.schemas.ReplayProgress;
import io.kurier.schemas.ReplayRecord;
import io.kurier.schemas.ReplayState;
import io.kurier.schemas.Waiting;
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
final class ReplayLoop implements SchedulerLoop, ConsumerRebalanceListener {
    static final String GROUP = "retry-scheduler.replays";
    private static final Logger log = LoggerFactory.getLogger(ReplayLoop.class);
    private static final Duration POLL = Duration.ofMillis(50);
    private static final Duration CATCH_UP = Duration.ofSeconds(30);

    private final KurierRuntime runtime;
    private final RetrySchedulerConfig config;
    private final Consumer<byte[], byte[]> consumer;
    private final Outbox outbox;
    private final RecordCodec<DeadLetter> letters;
    private final RecordCodec<Delivery> deliveries;
    private final RecordCodec<ReplayRecord> replays;
    private final Map<String, ReplayRun> running = new LinkedHashMap<>();
    /** Complete, though the table may not show it yet. */
    private final Set<String> finished = new HashSet<>();

    private @Nullable TopicPartition owned;
    private final Map<ReplayFrom, DeadLetterScan> scans = new EnumMap<>(ReplayFrom.class);
    private int ownership;
    private boolean tableComplete;
    private volatile boolean joined;

    ReplayLoop(KurierRuntime runtime, RetrySchedulerConfig config) {
        this.runtime = runtime;
        this.config = config;
        this.consumer = runtime.kafka().member(runtime.topics().named(GROUP), Map.of());
        this.outbox = new Outbox(runtime.kafka(), runtime.topics().named("retry-scheduler-replays"));
        this.letters = runtime.codec(DeadLetter.class);
        this.deliveries = runtime.codec(Delivery.class);
        this.replays = runtime.codec(ReplayRecord.class);
    }

    @Override
    public void begin() {
        consumer.subscribe(List.of(runtime.topics().replays()), this);
    }

    @Override
    public void turn() throws InterruptedException {
        consumer.poll(POLL);
        TopicPartition partition = owned;
        if (partition == null || !isTableComplete(partition)) {
            return;
        }
        long nowMs = runtime.clock().millis();
        begin(nowMs);
        for (ReplayRun run : List.copyOf(running.values())) {
            if (owned == null) {
                return;
            }
            step(partition, run, nowMs);
            if (run.isDone()) {
                log.info("replay {} is complete", run.id);
                running.remove(run.id);
                finished.add(run.id);
            }
        }
    }

    /** After a takeover: the table must show the former owner's last step before anything goes on. */
    private boolean isTableComplete(TopicPartition partition) throws InterruptedException {
        if (!tableComplete && isFormerOwnerDone(partition)) {
            long end = LogEnds.of(runtime.kafka(), List.of(partition)).getOrDefault(partition, 0L);
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

    /** An order that only a newer version understands is left to one. */
    private static boolean mayBegin(ReplayOrder order, long nowMs) {
        return order.getBeginsAtMs() <= nowMs && order.getFrom() != ReplayFrom.UNKNOWN;
    }

    private DeadLetterScan scan(ReplayFrom from) {
        return scans.computeIfAbsent(
                from, f -> new DeadLetterScan(runtime, topic(f), () -> consumer.poll(Duration.ZERO)));
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
            records.forEach(record -> take(run, record, out, nowMs));
            progress = run.progressAfter(records, out.size() / 2, nowMs);
        }
        out.add(progressRecord(run.id, progress));
        Batch.GroupOffsets ownership = new Batch.GroupOffsets(
                consumer.groupMetadata(), Map.of(partition, new Batch.Progress(consumer.position(partition), "")));
        if (outbox.commit(new Batch(out, List.of(ownership))) == Outbox.Result.COMMITTED) {
            run.took(records, progress);
            running.values().stream()
                    .filter(other -> other != run && other.order.getFrom() == run.order.getFrom())
                    .forEach(other -> records.forEach(other::takenByOther));
        }
    }

    /** A lane record and the taking that goes with it. */
    private void take(
            ReplayRun run,
            ConsumerRecord<byte[], byte[]> record,
            List<ProducerRecord<byte[], byte[]>> out,
            long nowMs) {
        ReplayFrom from = run.order.getFrom();
        DeadLetter letter = scan(from).read(record);
        if (letter == null || letter.getEntry() == null || run.isTakenByOthers(record)) {
            return;
        }
        Delivery again = from == ReplayFrom.HELD
                ? released(letter.getEntry().getDelivery(), nowMs)
                : replayed(letter.getEntry().getDelivery(), letter.getRun() + 1, nowMs);
        DeadLetter taking = new DeadLetter(
                letter.getDeliveryId(), letter.getTenant(), letter.getWebhookId(), again.getRun(), nowMs, null, run.id);
        out.add(new ProducerRecord<>(runtime.topics().lanes(), record.key(), deliveries.encode(again)));
        out.add(new ProducerRecord<>(record.topic(), record.partition(), record.key(), letters.encode(taking)));
    }

    /** With a fresh schedule. */
    private static Delivery replayed(Delivery dead, int run, long nowMs) {
        return new Delivery(
                dead.getId(),
                dead.getEvent(),
                dead.getWebhookId(),
                run,
                dead.getAttempts(),
                0,
                nowMs,
                Waiting.REPLAY,
                0L);
    }

    /** It goes on where it was. */
    private static Delivery released(Delivery held, long nowMs) {
        return Delivery.newBuilder(held).setDueAtMs(nowMs).setPutOffSinceMs(0).build();
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
        return List.of(new Check("replays", joined, joined ? "joined its group" : "has not joined its group yet"));
    }

    @Override
    public void close() {
        scans.values().forEach(DeadLetterScan::close);
        outbox.close();
        consumer.close();
    }
}
