package io.kurier.testkit.kafka;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** A producer that writes to the logs of an {@link InMemoryKafka}, within transactions if it has an id. Any thread. */
final class InMemoryProducer extends MockProducer<byte[], byte[]> {
    private final InMemoryKafka kafka;
    private final @Nullable String transactionalId;
    private final Set<TopicPartition> written = new LinkedHashSet<>();
    private InMemoryKafka.@Nullable Transaction transaction;
    private boolean fenced;

    InMemoryProducer(InMemoryKafka kafka, @Nullable String transactionalId) {
        super(true, null, new ByteArraySerializer(), new ByteArraySerializer());
        this.kafka = kafka;
        this.transactionalId = transactionalId;
    }

    @Override
    public void initTransactions() {
        kafka.checkUp();
        if (transactionalId == null) {
            throw new IllegalStateException("this producer has no transactional id");
        }
        kafka.take(transactionalId, this);
    }

    /** Another producer took the transactional id. */
    synchronized void fence() {
        end(false);
        fenced = true;
    }

    @Override
    public synchronized void beginTransaction() {
        check();
        if (transaction != null) {
            throw new IllegalStateException("a transaction of " + transactionalId + " is open");
        }
        transaction = new InMemoryKafka.Transaction();
    }

    @Override
    public synchronized Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record) {
        return send(record, null);
    }

    @Override
    public synchronized Future<RecordMetadata> send(
            ProducerRecord<byte[], byte[]> record, @Nullable Callback callback) {
        check();
        TopicPartition partition = kafka.partitionOf(record);
        InMemoryKafka.InMemoryLog log = kafka.log(partition);
        long nowMs = kafka.nowMs();
        long offset;
        if (transactionalId == null) {
            offset = log.append(record, nowMs);
        } else if (transaction == null) {
            throw new IllegalStateException("no transaction of " + transactionalId + " is open");
        } else {
            offset = log.append(record, nowMs, transaction);
            written.add(partition);
        }
        RecordMetadata metadata = new RecordMetadata(partition, offset, 0, nowMs, 0, 0);
        if (callback != null) {
            callback.onCompletion(metadata, null);
        }
        return CompletableFuture.completedFuture(metadata);
    }

    @Override
    public synchronized void commitTransaction() {
        check();
        end(true);
    }

    @Override
    public synchronized void abortTransaction() {
        check();
        end(false);
    }

    private void end(boolean commit) {
        if (transaction != null) {
            transaction.end(commit);
            written.forEach(partition -> kafka.log(partition).endTransaction());
        }
        transaction = null;
        written.clear();
    }

    private void check() {
        kafka.checkUp();
        if (fenced) {
            throw new ProducerFencedException("another producer took the transactional id " + transactionalId);
        }
    }

    @Override
    public void flush() {
        // nothing waits to be sent
    }

    /** Leaves an open transaction open, as a producer that crashes does: the next owner of the id aborts it. */
    @Override
    public void close(Duration timeout) {
        super.close(timeout);
    }
}
