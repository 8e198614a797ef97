package io.kurier.ingest.recovery;

import io.kurier.runtime.kafka.EndOffsets;
import io.kurier.runtime.kafka.KafkaClients;
import io.kurier.runtime.kafka.Quarantine;
import io.kurier.runtime.time.ProcessClock;
import io.kurier.schemas.topics.TopicCatalog;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;

/**
 * Reads quarantined records and puts them back, each once: the record and the mark that it was put back go out in one
 * transaction. Taking up the transactional id ends what another API has begun, and the marks are read after that, so two APIs
 * cannot put back the same record. Blocks; one at a time.
 */
public final class QuarantineRequeue {
    private static final Duration POLL = Duration.ofMillis(500);
    private static final int TRIES = 5;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final KafkaClients kafka;
    private final ProcessClock clock;
    private final String transactionalId;
    private final TopicPartition quarantine;

    public QuarantineRequeue(KafkaClients kafka, TopicCatalog topics, ProcessClock clock) {
        this.kafka = kafka;
        this.clock = clock;
        this.transactionalId = topics.named("quarantine-requeue");
        this.quarantine = new TopicPartition(topics.quarantine(), 0);
    }

    /** The record at this offset; empty when there is none any more, or it is a mark. */
    public Optional<ConsumerRecord<byte[], byte[]>> read(long offset) {
        try (Consumer<byte[], byte[]> reader = kafka.reader()) {
            reader.assign(List.of(quarantine));
            long begin = reader.beginningOffsets(List.of(quarantine)).getOrDefault(quarantine, 0L);
            long end = reader.endOffsets(List.of(quarantine)).getOrDefault(quarantine, 0L);
            if (offset < begin || offset >= end) {
                return Optional.empty();
            }
            reader.seek(quarantine, offset);
            long deadline = clock.nanoTime() + PATIENCE.toNanos();
            while (reader.position(quarantine) <= offset) {
                for (ConsumerRecord<byte[], byte[]> record : poll(reader, deadline)) {
                    return record.offset() == offset
                                    && Quarantine.origin(record).isPresent()
                            ? Optional.of(record)
                            : Optional.empty();
                }
            }
            return Optional.empty();
        }
    }

    private Iterable<ConsumerRecord<byte[], byte[]>> poll(Consumer<byte[], byte[]> reader, long deadline) {
        if (clock.nanoTime() - deadline > 0) {
            throw new KafkaException("reading the topic quarantine took more than " + PATIENCE.toSeconds() + " s");
        }
        return reader.poll(POLL);
    }

    /**
     * Puts the record back where it came from, as it was. False when somebody did so before.
     *
     * @throws KafkaException when Kafka did not take it, or a transaction that may hide a mark stays open; whether it did is then seen in the list
     */
    public synchronized boolean requeue(ConsumerRecord<byte[], byte[]> kept, Quarantine.Origin origin)
            throws InterruptedException {
        for (int again = 1; ; again++) {
            try {
                return requeueOnce(kept, origin);
            } catch (ProducerFencedException | InvalidProducerEpochException e) {
                // another API puts something back; what it interrupted was undone, or left its mark
                if (again == TRIES) {
                    throw e;
                }
            }
        }
    }

    private boolean requeueOnce(ConsumerRecord<byte[], byte[]> kept, Quarantine.Origin origin)
            throws InterruptedException {
        try (Producer<byte[], byte[]> producer = kafka.transactionalProducer(transactionalId)) {
            producer.initTransactions();
            if (isMarked(kept.offset())) {
                return false;
            }
            producer.beginTransaction();
            producer.send(Quarantine.putBack(kept, origin));
            producer.send(Quarantine.mark(quarantine.topic(), kept.offset()));
            producer.commitTransaction();
            return true;
        }
    }

    /**
     * A mark stands behind its record; there are few of either. Reads past what transactions are open now: a killed worker's
     * would hide the mark behind it until Kafka ends it.
     */
    private boolean isMarked(long offset) throws InterruptedException {
        long end = EndOffsets.of(kafka, List.of(quarantine)).getOrDefault(quarantine, 0L);
        try (Consumer<byte[], byte[]> reader = kafka.reader()) {
            reader.assign(List.of(quarantine));
            reader.seek(quarantine, offset);
            long deadline = clock.nanoTime() + PATIENCE.toNanos();
            while (reader.position(quarantine) < end) {
                for (ConsumerRecord<byte[], byte[]> record : poll(reader, deadline)) {
                    if (Quarantine.requeued(record)
                            .filter(marked -> marked == offset)
                            .isPresent()) {
                        return true;
                    }
                }
            }
            return false;
        }
    }
}
