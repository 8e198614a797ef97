package io.kurier.scheduler.tier;

import io.kurier.model.retry.RetryTiers;
import io.kurier.runtime.health.Check;
import io.kurier.runtime.kafka.PausablePoll;
import io.kurier.runtime.kafka.Quarantine;
import io.kurier.runtime.time.ProcessClock;
import io.kurier.runtime.transactions.Batch;
import io.kurier.runtime.transactions.BatchWriter;
import io.kurier.scheduler.config.RetrySchedulerConfig;
import io.kurier.scheduler.loop.SchedulerLoop;
import io.kurier.schemas.Delivery;
import io.kurier.schemas.topics.TopicCatalog;
import io.kurier.schemas.wire.RecordCodec;
import io.kurier.schemas.wire.UnknownSchemaException;
import io.kurier.schemas.wire.UnreadableRecordException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves due records out of the tiers, each batch together with its offsets in one transaction. One thread; any thread may
 * call {@link #health}.
 */
public final class TierLoop implements SchedulerLoop, ConsumerRebalanceListener {
    public static final String GROUP = "retry-scheduler.tiers";

    private static final Logger log = LoggerFactory.getLogger(TierLoop.class);
    /** Well below the 250 ms by which a tier releases early. */
    private static final Duration POLL = Duration.ofMillis(50);

    /** The due records of one transaction. */
    private static final class Moves {
        final List<ProducerRecord<byte[], byte[]>> out = new ArrayList<>();
        final Map<TierQueue, Integer> taken = new HashMap<>();
        final Map<TopicPartition, Batch.Progress> progress = new HashMap<>();
        /** The record of an unknown schema at which a partition waits. */
        @Nullable
        String blocked;
    }

    private final RetrySchedulerConfig config;
    private final RetryTiers tiers;
    private final TopicCatalog topics;
    private final Consumer<byte[], byte[]> consumer;
    private final BatchWriter writer;
    private final RecordCodec<Delivery> codec;
    private final ProcessClock clock;
    private final Counter moved;
    private final Map<String, RetryTiers.Tier> tierByTopic;
    private final Map<TopicPartition, TierQueue> queues = new LinkedHashMap<>();
    private volatile boolean joined;
    private volatile @Nullable String blocked;

    /** @param consumer a member of the group {@link #GROUP}; closed with the loop, as is the writer */
    public TierLoop(
            RetrySchedulerConfig config,
            RetryTiers tiers,
            TopicCatalog topics,
            Consumer<byte[], byte[]> consumer,
            BatchWriter writer,
            RecordCodec<Delivery> codec,
            ProcessClock clock,
            MeterRegistry metrics) {
        this.config = config;
        this.tiers = tiers;
        this.topics = topics;
        this.consumer = consumer;
        this.writer = writer;
        this.codec = codec;
        this.clock = clock;
        this.tierByTopic =
                tiers.tiers().stream().collect(Collectors.toMap(tier -> topics.retry(tier.name()), tier -> tier));
        this.moved = Counter.builder("kurier.tiers.moved")
                .description("Deliveries moved out of a tier")
                .register(metrics);
    }

    @Override
    public void subscribe() {
        consumer.subscribe(List.copyOf(tierByTopic.keySet()), this);
    }

    @Override
    public void turn() throws InterruptedException {
        ConsumerRecords<byte[], byte[]> records = PausablePoll.poll(consumer, POLL, clock);
        for (TopicPartition partition : records.partitions()) {
            TierQueue queue = queues.get(partition);
            if (queue != null) {
                queue.add(records.records(partition));
            }
        }
        boolean more = true;
        while (more) {
            more = moveBatch();
        }
        pauseFullPartitions();
    }

    /** Moves due records in one transaction; true if more may be due. */
    private boolean moveBatch() throws InterruptedException {
        Moves moves = dueMoves(clock.millis());
        blocked = moves.blocked;
        if (moves.out.isEmpty()) {
            return false;
        }
        Batch batch = new Batch(moves.out, List.of(new Batch.GroupOffsets(consumer.groupMetadata(), moves.progress)));
        if (writer.commit(batch) == BatchWriter.Result.ABORTED) {
            // the next poll drops the queues of revoked partitions; the records of the others are moved again
            return false;
        }
        moves.taken.forEach(TierQueue::remove);
        moved.increment(moves.out.size());
        return moves.out.size() >= config.batch();
    }

    private Moves dueMoves(long nowMs) {
        Moves moves = new Moves();
        queues.forEach((partition, queue) -> {
            int before = moves.out.size();
            for (ConsumerRecord<byte[], byte[]> record : queue.due(nowMs, config.batch() - before)) {
                ProducerRecord<byte[], byte[]> next;
                try {
                    next = next(record, nowMs);
                } catch (UnknownSchemaException e) {
                    moves.blocked = record.topic() + "-" + record.partition() + " offset " + record.offset() + ": "
                            + e.getMessage() + "; the partition waits until its schema is announced";
                    break;
                }
                moves.out.add(next);
                moves.progress.put(partition, new Batch.Progress(record.offset() + 1, ""));
            }
            moves.taken.put(queue, moves.out.size() - before);
        });
        return moves;
    }

    /** Decides where the record goes now: the largest tier that fits its remaining wait, its lane, or quarantine. */
    private ProducerRecord<byte[], byte[]> next(ConsumerRecord<byte[], byte[]> record, long nowMs)
            throws UnknownSchemaException {
        try {
            Optional<RetryTiers.Tier> tier =
                    tiers.next(nowMs, codec.decode(record.value()).getDueAtMs());
            String topic = tier.map(next -> topics.retry(next.name())).orElseGet(topics::lanes);
            return new ProducerRecord<>(topic, record.key(), record.value());
        } catch (UnreadableRecordException e) {
            log.error(
                    "Record {}-{} offset {} is not a readable delivery; it goes to quarantine: {}",
                    record.topic(),
                    record.partition(),
                    record.offset(),
                    e.getMessage());
            return Quarantine.of(topics.quarantine(), record, e.getMessage());
        }
    }

    /** Keeps memory bounded. An empty queue is always filled: the head of its partition may be due. */
    private void pauseFullPartitions() {
        boolean full = queues.values().stream().mapToLong(TierQueue::bytes).sum() > config.readAheadBytes();
        Set<TopicPartition> paused = consumer.paused();
        List<TopicPartition> pause = new ArrayList<>();
        List<TopicPartition> resume = new ArrayList<>();
        queues.forEach((partition, queue) -> {
            if (queue.size() >= config.readAhead() || (full && queue.size() > 0)) {
                pause.add(partition);
            } else if (paused.contains(partition)) {
                resume.add(partition);
            }
        });
        consumer.pause(pause);
        consumer.resume(resume);
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        joined = true;
        for (TopicPartition partition : partitions) {
            RetryTiers.Tier tier = tierByTopic.get(partition.topic());
            if (tier != null) {
                queues.put(partition, new TierQueue(tier));
            }
        }
    }

    /** Drops the queues; no transaction is open between polls. */
    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        partitions.forEach(queues::remove);
    }

    @Override
    public List<Check> health() {
        List<Check> checks = new ArrayList<>(writer.health());
        checks.add(new Check("tiers", joined, joined ? "joined its group" : "has not joined its group yet"));
        String waiting = blocked;
        if (waiting != null) {
            checks.add(new Check("tiers-schema", false, waiting));
        }
        return checks;
    }

    @Override
    public void close() {
        writer.close();
        consumer.close();
    }
}
