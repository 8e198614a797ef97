package io.kurier.runtime.transactions;

import io.kurier.runtime.health.Check;
import io.kurier.runtime.kafka.KafkaClients;
import io.kurier.runtime.time.ProcessClock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes batches, each in one short transaction: all of it or nothing. One thread commits; any thread may close.
 *
 * <p>A commit whose outcome nobody knows is settled by initialising the same transactional id again, which completes or
 * aborts what was pending, and then looking for the batch's stamp in the committed offsets.
 */
public final class TransactionalWriter implements BatchWriter {
    /** Longest payload of a commit, in characters; Kafka takes 4,096 with the stamp. */
    public static final int MAX_PAYLOAD = 4_096 - CommitStamp.MAX_LENGTH;

    private static final Logger log = LoggerFactory.getLogger(TransactionalWriter.class);
    private static final Duration PAUSE = Duration.ofMillis(200);

    private final KafkaClients clients;
    private final ProcessClock clock;
    private final String transactionalId;
    private final String writer = UUID.randomUUID().toString().substring(0, 8);
    private long sequence;
    private volatile @Nullable Producer<byte[], byte[]> producer;
    private volatile boolean closed;
    private volatile @Nullable String refused;

    /** @param role what the transactional id begins with; the rest is this process's own */
    public TransactionalWriter(KafkaClients clients, String role, ProcessClock clock) {
        this.clients = clients;
        this.clock = clock;
        this.transactionalId = role + "-" + writer;
    }

    /** The payload a commit carried; empty when the metadata is not Kurier's. */
    public static Optional<String> payload(String metadata) {
        return CommitStamp.payload(metadata);
    }

    @Override
    public Result commit(Batch batch) throws InterruptedException {
        CommitStamp stamp = new CommitStamp(writer, ++sequence);
        Producer<byte[], byte[]> open = producer();
        boolean committing = false;
        try {
            open.beginTransaction();
            // what a send meets, the commit throws
            batch.records().forEach(open::send);
            for (Batch.GroupOffsets offsets : batch.offsets()) {
                open.sendOffsetsToTransaction(stamped(offsets, stamp), offsets.group());
            }
            committing = true;
            open.commitTransaction();
            refused = null;
            return Result.COMMITTED;
        } catch (CommitFailedException e) {
            log.info(
                    "the group moved on, so the batch is written again by whoever owns its partitions: {}",
                    e.getMessage());
            return abort(open);
        } catch (KafkaException | IllegalStateException e) {
            tellIfTooLarge(batch, e);
            log.warn(
                    "transaction {} of {} failed ({}), finding out how it ended",
                    stamp.sequence(),
                    transactionalId,
                    e.toString());
            discard(open);
            return committing ? settle(batch, stamp) : Result.ABORTED;
        }
    }

    @Override
    public List<Check> health() {
        String found = refused;
        return found == null ? List.of() : List.of(new Check("transactions", false, found));
    }

    /** Once for each record: whoever tries again would say it each time. */
    private void tellIfTooLarge(Batch batch, Exception failure) {
        String found = OversizedRecord.in(batch, failure);
        if (found != null && !found.equals(refused)) {
            log.error("{}; nothing is committed by {} until the topic takes it", found, transactionalId);
            refused = found;
        }
    }

    private static Map<TopicPartition, OffsetAndMetadata> stamped(Batch.GroupOffsets offsets, CommitStamp stamp) {
        Map<TopicPartition, OffsetAndMetadata> stamped = new HashMap<>();
        offsets.progress()
                .forEach((partition, progress) -> stamped.put(
                        partition, new OffsetAndMetadata(progress.offset(), stamp.before(progress.payload()))));
        return stamped;
    }

    private Result abort(Producer<byte[], byte[]> open) {
        try {
            open.abortTransaction();
        } catch (KafkaException | IllegalStateException e) {
            discard(open);
        }
        return Result.ABORTED;
    }

    private Result settle(Batch batch, CommitStamp stamp) throws InterruptedException {
        producer();
        while (true) {
            try (Admin admin = clients.admin()) {
                return isCommitted(admin, batch, stamp) ? Result.COMMITTED : Result.ABORTED;
            } catch (ExecutionException | KafkaException e) {
                log.warn("cannot read back the offsets of {} yet: {}", transactionalId, e.toString());
                pause();
            }
        }
    }

    /** Partitions that changed hands carry another's stamp; what is still ours carries this one if it was committed. */
    private static boolean isCommitted(Admin admin, Batch batch, CommitStamp stamp)
            throws ExecutionException, InterruptedException {
        for (Batch.GroupOffsets offsets : batch.offsets()) {
            String group = offsets.group().groupId();
            var found = admin.listConsumerGroupOffsets(
                            Map.of(
                                    group,
                                    new ListConsumerGroupOffsetsSpec()
                                            .topicPartitions(offsets.progress().keySet())),
                            new ListConsumerGroupOffsetsOptions().requireStable(true))
                    .partitionsToOffsetAndMetadata(group)
                    .get();
            for (OffsetAndMetadata committed : found.values()) {
                if (committed != null && stamp.isOn(committed.metadata())) {
                    return true;
                }
            }
        }
        return false;
    }

    /** The open producer, or a new one of the same id, waiting for Kafka as long as it takes. */
    private Producer<byte[], byte[]> producer() throws InterruptedException {
        while (producer == null) {
            Producer<byte[], byte[]> fresh = clients.transactionalProducer(transactionalId);
            try {
                fresh.initTransactions();
                producer = fresh;
            } catch (KafkaException e) {
                fresh.close(Duration.ZERO);
                log.warn("cannot begin as transactional id {} yet: {}", transactionalId, e.toString());
                pause();
            }
        }
        return producer;
    }

    private void pause() throws InterruptedException {
        if (closed) {
            throw new InterruptedException("the writer " + transactionalId + " was closed");
        }
        clock.sleep(PAUSE);
    }

    private void discard(Producer<byte[], byte[]> broken) {
        producer = null;
        broken.close(Duration.ZERO);
    }

    @Override
    public void open() throws InterruptedException {
        producer();
    }

    @Override
    public void close() {
        closed = true;
        Producer<byte[], byte[]> open = producer;
        if (open != null) {
            open.close(Duration.ofSeconds(2));
        }
    }
}
