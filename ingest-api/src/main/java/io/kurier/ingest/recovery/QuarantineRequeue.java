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
 * Reads quarantined records and puts them back into their topics, each once: the record, and the mark that it was put back,
 * are written in one transaction. Initialising the transactional id aborts the open transaction of another API process, and
 * the marks are read after that, so two processes cannot put back the same record. Blocks; one record at a time.
 */
public final class QuarantineRequeue {
    private static final Duration POLL = Duration.ofMillis(500);
    private static final int MAX_TRIES = 5;
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

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

    /**
     * The quarantined record at this offset; empty if it has been deleted by retention, or is a mark.
     *
     * @throws KafkaException if Kafka does not answer in time
     */
    public Optional<ConsumerRecord<byte[], byte[]>> read(long offset) {
        try (Consumer<byte[], byte[]> reader = kafka.reader()) {
            reader.assign(List.of(quarantine));
            long begin = reader.beginningOffsets(List.of(quarantine)).getOrDefault(quarantine, 0L);
            long end = reader.endOffsets(List.of(quarantine)).getOrDefault(quarantine, 0L);
            if (offset < begin || offset >= end) {
                return Optional.empty();
            }
            reader.seek(quarantine, offset);
            long deadline = clock.nanoTime() + TIMEOUT.toNanos();
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
            throw new KafkaException(
                    "reading the topic " + quarantine.topic() + " took more than " + TIMEOUT.toSeconds() + " s");
        }
        return reader.poll(POLL);
    }

    /**
     * Writes the record to the topic it came from, unchanged.
     *
     * @return false if it was put back before
     * @throws KafkaException if Kafka did not confirm the transaction, or an open transaction may hide a mark; the list of
     *     quarantined records then shows whether the record was put back
     */
    public synchronized boolean requeue(ConsumerRecord<byte[], byte[]> kept, Quarantine.Origin origin)
            throws InterruptedException {
        for (int attempt = 1; ; attempt++) {
            try {
                return requeueOnce(kept, origin);
            } catch (ProducerFencedException | InvalidProducerEpochException e) {
                // another API process puts back a record; this transaction was aborted, or is committed with its mark
                if (attempt == MAX_TRIES) {
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
     * Reads from the record on: its mark has a higher offset, and there are few records. Reads up to the end offset as of
     * now, past transactions that are open: that of a killed worker would hide a later mark until Kafka aborts it.
     */
    private boolean isMarked(long offset) throws InterruptedException {
        long end = EndOffsets.of(kafka, List.of(quarantine)).getOrDefault(quarantine, 0L);
        try (Consumer<byte[], byte[]> reader = kafka.reader()) {
            reader.assign(List.of(quarantine));
            reader.seek(quarantine, offset);
            long deadline = clock.nanoTime() + TIMEOUT.toNanos();
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
