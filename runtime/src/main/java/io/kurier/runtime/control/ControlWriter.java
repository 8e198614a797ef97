package io.kurier.runtime.control;

import io.kurier.runtime.kafka.EndOffsets;
import io.kurier.runtime.kafka.KafkaClients;
import io.kurier.runtime.time.ProcessClock;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one writer of a control topic. Taking over initialises the topic's transactional id, which fences the former
 * writer, and reads to the end; from then on this process's table is the truth until it is fenced itself. So a decision
 * made on the table cannot overwrite what another replica wrote. Any thread; one change at a time.
 */
public final class ControlWriter implements AutoCloseable {
    /** One change to one key. */
    public interface Change {
        /**
         * Decides on the table as it is now.
         *
         * @return the new value, or null to delete the key
         */
        byte @Nullable [] decide() throws InterruptedException;
    }

    /** The header that tells one change from another of the same content, when the outcome of a write is unknown. */
    static final String MARK = "kurier-change";

    static final int MARK_LENGTH = 36;

    private interface Decision {
        Map<String, byte @Nullable []> values() throws InterruptedException;
    }

    /** Kafka could not take the change now; it did not happen, or the caller may repeat it. */
    public static final class UnavailableException extends Exception {
        private static final long serialVersionUID = 1L;

        UnavailableException(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    private static final Logger log = LoggerFactory.getLogger(ControlWriter.class);
    private static final Duration CATCH_UP = Duration.ofSeconds(10);
    /** How long a change is tried again; the last try may take longer. */
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private static final Duration LONGEST_PAUSE = Duration.ofMillis(200);

    private final KafkaClients clients;
    private final ControlTables tables;
    private final String topic;
    private final ProcessClock clock;
    private final RandomGenerator random;
    private @Nullable Producer<byte[], byte[]> producer;

    /** With the clock of the tables. */
    public ControlWriter(KafkaClients clients, ControlTables tables, String topic) {
        this(clients, tables, topic, tables.clock(), new SecureRandom());
    }

    /**
     * @param tables must have a table of the topic, and be running
     * @param topic one partition, compacted
     * @param random makes the marks of changes, which must differ between all processes, and the pauses between tries
     */
    public ControlWriter(
            KafkaClients clients, ControlTables tables, String topic, ProcessClock clock, RandomGenerator random) {
        this.clients = clients;
        this.tables = tables;
        this.topic = topic;
        this.clock = clock;
        this.random = random;
    }

    /** Returns when this process's own table has the change. What {@code decide} throws is passed on, and nothing is written. */
    public void write(String key, Change change) throws UnavailableException, InterruptedException {
        writeMarked(() -> Collections.singletonMap(key, change.decide()));
    }

    /**
     * The same for several keys, all or none.
     *
     * @param decide on the table as it is now, and again when nothing of it was written: the new values by key, null to
     *     delete one; when there are none, nothing is written
     */
    public void writeAll(Supplier<Map<String, byte @Nullable []>> decide)
            throws UnavailableException, InterruptedException {
        writeMarked(decide::get);
    }

    /** The next change takes over anew: a change that another replica is about to make is made before, or decided again. */
    public synchronized void takeOverAnew() {
        discard();
    }

    private synchronized void writeMarked(Decision decision) throws UnavailableException, InterruptedException {
        String mark = new UUID(random.nextLong(), random.nextLong()).toString();
        KafkaException last = null;
        long began = clock.nanoTime();
        while (last == null || clock.nanoTime() - began < PATIENCE.toNanos()) {
            try {
                Producer<byte[], byte[]> open = takeOver();
                if (last != null && tables.hasRead(mark)) {
                    return;
                }
                Map<String, byte @Nullable []> values = decision.values();
                if (values.isEmpty()) {
                    return;
                }
                checkKnown(values);
                readBack(commit(open, values, mark));
                return;
            } catch (UnavailableException | InterruptedException e) {
                // the table may be behind: the next change takes over again, or it would undo what is not seen yet
                discard();
                throw e;
            } catch (KafkaException e) {
                log.info("writing to {} begins again: {}", topic, e.toString());
                last = e;
                discard();
                // others that want to write too get their turn, each at another time
                clock.sleep(Duration.ofNanos(random.nextLong(LONGEST_PAUSE.toNanos())));
            }
        }
        throw new UnavailableException("Kafka does not take changes to " + topic + " now", last);
    }

    /** What was decided on a former value would undo what another wrote since. */
    private void checkKnown(Map<String, byte @Nullable []> values) throws UnavailableException {
        for (Map.Entry<String, byte @Nullable []> change : values.entrySet()) {
            if (change.getValue() != null && tables.isBehind(topic, change.getKey())) {
                throw new UnavailableException(
                        "the newest record of " + change.getKey() + " in " + topic
                                + " is not usable by this process, as its health says; another may change it",
                        null);
            }
        }
    }

    private Producer<byte[], byte[]> takeOver() throws UnavailableException, InterruptedException {
        if (producer == null) {
            Producer<byte[], byte[]> fresh = clients.transactionalProducer(topic + "-writer");
            producer = fresh;
            fresh.initTransactions();
            reach(
                    EndOffsets.committed(clients, new TopicPartition(topic, 0)),
                    "the table of " + topic + " does not reach the topic's end");
        }
        return producer;
    }

    private void readBack(long offset) throws UnavailableException, InterruptedException {
        reach(offset + 1, "the change to " + topic + " was written, but cannot be read back");
    }

    private void reach(long offset, String otherwise) throws UnavailableException, InterruptedException {
        if (!tables.await(topic, offset, CATCH_UP)) {
            throw new UnavailableException(otherwise, null);
        }
    }

    /** @return the offset of the last record */
    private long commit(Producer<byte[], byte[]> open, Map<String, byte @Nullable []> values, String mark)
            throws InterruptedException {
        List<Header> marked = List.of(new RecordHeader(MARK, mark.getBytes(StandardCharsets.US_ASCII)));
        open.beginTransaction();
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        values.forEach((key, value) -> sent.add(
                open.send(new ProducerRecord<>(topic, 0, key.getBytes(StandardCharsets.UTF_8), value, marked))));
        open.commitTransaction();
        try {
            return sent.get(sent.size() - 1).get().offset();
        } catch (ExecutionException e) {
            throw new KafkaException("a committed record has no offset", e.getCause());
        }
    }

    private void discard() {
        Producer<byte[], byte[]> broken = producer;
        producer = null;
        if (broken != null) {
            broken.close(Duration.ZERO);
        }
    }

    @Override
    public synchronized void close() {
        discard();
    }
}
