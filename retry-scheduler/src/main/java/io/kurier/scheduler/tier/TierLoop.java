package io.kurier.scheduler.tier;

import io.kurier.model.retry.RetryTiers;
import io.kurier.runtime.KurierRuntime;
import io.kurier.runtime.health.Check;
import io.kurier.runtime.kafka.PausablePoll;
import io.kurier.runtime.kafka.Quarantine;
import io.kurier.runtime.transactions.Batch;
import io.kurier.runtime.transactions.BatchWriter;
import io.kurier.runtime.transactions.TransactionalWriter;
import io.kurier.scheduler.config.RetrySchedulerConfig;
import io.kurier.scheduler.loop.SchedulerLoop;
import io.kurier.schemas.Delivery;
import io.kurier.schemas.wire.RecordCodec;
import io.kurier.schemas.wire.UnknownSchemaException;
import io.kurier.schemas.wire.UnreadableRecordException;
import io.micrometer.core.instrument.Counter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
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

/** Moves what is due out of the tiers, each batch with its offsets in one transaction. One thread. */
public final class TierLoop implements SchedulerLoop, ConsumerRebalanceListener {
    public static final String GROUP = "retry-scheduler.tiers";

    private static final Logger log = LoggerFactory.getLogger(TierLoop.class);
    /** Well below the 250 ms by which a tier lets go early. */
    private static final Duration POLL = Duration.ofMillis(50);

    private final KurierRuntime runtime;
    private final RetrySchedulerConfig config;
    private final Consumer<byte[], byte[]> consumer;
    private final TransactionalWriter outbox;
    private final RecordCodec<Delivery> codec;
    private final Map<String, RetryTiers.Tier> tiers;
    private final Map<TopicPartition, TierQueue> queues = new HashMap<>();
    private final Counter moved;
    private volatile boolean joined;
    /** What a partition waits for, found by the last look at what is due. */
    private volatile @Nullable String stuck;
    /** The same while the look goes on: health must not see a moment without it. */
    private @Nullable String found;

    public TierLoop(KurierRuntime runtime, RetrySchedulerConfig config) {
        this.runtime = runtime;
        this.config = config;
        this.consumer = runtime.kafka()
                .member(
                        runtime.topics().named(GROUP),
                        Map.of("max.poll.records", config.readAhead(), "max.partition.fetch.bytes", 256 * 1024));
        this.outbox = new TransactionalWriter(
                runtime.kafka(), runtime.topics().named("retry-scheduler-tiers"), runtime.clock());
        this.codec = runtime.codec(Delivery.class);
        this.tiers = runtime.ladder().tiers().stream()
                .collect(Collectors.toMap(tier -> runtime.topics().retry(tier.name()), tier -> tier));
        this.moved = Counter.builder("kurier.tiers.moved")
                .description("Deliveries moved out of a tier")
                .register(runtime.metrics());
    }

    @Override
    public void begin() {
        consumer.subscribe(List.copyOf(tiers.keySet()), this);
    }

    @Override
    public void turn() throws InterruptedException {
        ConsumerRecords<byte[], byte[]> records = PausablePoll.poll(consumer, POLL, runtime.clock());
        for (TopicPartition partition : records.partitions()) {
            TierQueue queue = queues.get(partition);
            if (queue != null) {
                queue.add(records.records(partition));
            }
        }
        boolean more = true;
        while (more) {
            more = move();
        }
        holdBack();
    }

    /** One transaction of what is due; true when there may be more. */
    private boolean move() throws InterruptedException {
        long nowMs = runtime.clock().millis();
        List<ProducerRecord<byte[], byte[]>> out = new ArrayList<>();
        Map<TierQueue, Integer> taken = new HashMap<>();
        Map<TopicPartition, Batch.Progress> progress = new HashMap<>();
        found = null;
        for (Map.Entry<TopicPartition, TierQueue> queue : queues.entrySet()) {
            int before = out.size();
            List<ConsumerRecord<byte[], byte[]>> due = queue.getValue().due(nowMs, config.batch() - out.size());
            for (ConsumerRecord<byte[], byte[]> record : due) {
                ProducerRecord<byte[], byte[]> next = next(record, nowMs);
                if (next == null) {
                    break;
                }
                out.add(next);
                progress.put(queue.getKey(), new Batch.Progress(record.offset() + 1, ""));
            }
            taken.put(queue.getValue(), out.size() - before);
        }
        stuck = found;
        if (out.isEmpty()) {
            return false;
        }
        Batch batch = new Batch(out, List.of(new Batch.GroupOffsets(consumer.groupMetadata(), progress)));
        if (outbox.commit(batch) == BatchWriter.Result.ABORTED) {
            // what was revoked leaves at the next poll; the rest is still here and is moved again
            return false;
        }
        taken.forEach(TierQueue::remove);
        moved.increment(out.size());
        return out.size() >= config.batch();
    }

    /** Where the record goes now; null when its schema is unknown, so that its partition waits. */
    private @Nullable ProducerRecord<byte[], byte[]> next(ConsumerRecord<byte[], byte[]> record, long nowMs) {
        try {
            Optional<RetryTiers.Tier> tier =
                    runtime.ladder().next(nowMs, codec.decode(record.value()).getDueAtMs());
            String topic = tier.isPresent()
                    ? runtime.topics().retry(tier.get().name())
                    : runtime.topics().lanes();
            return new ProducerRecord<>(topic, record.key(), record.value());
        } catch (UnknownSchemaException e) {
            found = record.topic() + "-" + record.partition() + " offset " + record.offset() + ": " + e.getMessage();
            return null;
        } catch (UnreadableRecordException e) {
            log.error(
                    "{}-{} offset {} goes to quarantine: {}",
                    record.topic(),
                    record.partition(),
                    record.offset(),
                    e.getMessage());
            return Quarantine.of(runtime.topics().quarantine(), record, e.getMessage());
        }
    }

    /** Pauses partitions of which enough is in memory; one whose head is not known yet always goes on. */
    private void holdBack() {
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
            RetryTiers.Tier tier = tiers.get(partition.topic());
            if (tier != null) {
                queues.put(partition, new TierQueue(tier));
            }
        }
    }

    /** Nothing to drain: between polls no transaction is open. */
    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        partitions.forEach(queues::remove);
    }

    @Override
    public List<Check> health() {
        List<Check> checks = new ArrayList<>(outbox.health());
        checks.add(new Check("tiers", joined, joined ? "joined its group" : "has not joined its group yet"));
        String waiting = stuck;
        if (waiting != null) {
            checks.add(new Check("tiers-schema", false, waiting));
        }
        return checks;
    }

    @Override
    public void close() {
        outbox.close();
        consumer.close();
    }
}
