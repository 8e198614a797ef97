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
 * Writes each batch in one short Kafka transaction. One thread commits; any thread may close.
 *
 * <p>If the outcome of a commit is unknown, the writer initialises the same transactional id again, which completes or
 * aborts the pending transaction, and then looks for the batch's stamp in the committed offsets.
 */
public final class TransactionalWriter implements BatchWriter {
    /** Longest payload of a commit, in characters: Kafka accepts 4,096 with the stamp. */
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

    /** @param role prefix of the transactional id; the rest is unique to this writer */
    public TransactionalWriter(KafkaClients clients, String role, ProcessClock clock) {
        this.clients = clients;
        this.clock = clock;
        this.transactionalId = role + "-" + writer;
    }

    /** The payload in the metadata of a committed offset; empty if Kurier did not write it. */
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
            // the commit throws the exception of a failed send
            batch.records().forEach(open::send);
            for (Batch.GroupOffsets offsets : batch.offsets()) {
                open.sendOffsetsToTransaction(stamped(offsets, stamp), offsets.group());
            }
            committing = true;
            open.commitTransaction();
            refused = null;
            return Result.COMMITTED;
        } catch (CommitFailedException e) {
            log.info("Group generation changed; batch aborted, the new owner redelivers: {}", e.getMessage());
            return abort(open);
        } catch (KafkaException | IllegalStateException e) {
            logIfTooLarge(batch, e);
            log.warn(
                    "Transaction {} of {} failed ({}); finding out whether it was committed",
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

    /** Logs each oversized record once, since the batch is retried again and again. */
    private void logIfTooLarge(Batch batch, Exception failure) {
        String found = OversizedRecord.in(batch, failure);
        if (found != null && !found.equals(refused)) {
            log.error("Cannot commit: {}. {} commits nothing until the topic accepts it", found, transactionalId);
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
                log.warn(
                        "Cannot read the committed offsets to settle {}, will retry: {}",
                        transactionalId,
                        e.toString());
                pause();
            }
        }
    }

    /**
     * Partitions that this process still owns carry the stamp if the batch was committed; others carry the new owner's.
     */
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

    /** The open producer, or a new one with the same id; waits for Kafka as long as it takes. */
    private Producer<byte[], byte[]> producer() throws InterruptedException {
        while (producer == null) {
            Producer<byte[], byte[]> fresh = clients.transactionalProducer(transactionalId);
            try {
                fresh.initTransactions();
                producer = fresh;
            } catch (KafkaException e) {
                fresh.close(Duration.ZERO);
                log.warn("Cannot initialise the transactional id {}, will retry: {}", transactionalId, e.toString());
                pause();
            }
        }
        return producer;
    }

    private void pause() throws InterruptedException {
        if (closed) {
            throw new InterruptedException(
                    "the writer " + transactionalId + " was closed before the outcome was known");
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
