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
 * The only writer of a control topic. To take over, a process initialises the topic's transactional id, which fences
 * the former writer, and reads the topic to its end. From then on its table is current until another process takes
 * over, so a decision made on the table cannot overwrite another replica's change. Any thread; one change at a time.
 */
public final class ControlWriter implements AutoCloseable {
    /** One change to one key. */
    public interface Change {
        /**
         * Decides on the table's current value. Called again if the change has to be repeated.
         *
         * @return the new value, or null to delete the key
         */
        byte @Nullable [] decide() throws InterruptedException;
    }

    /** The header that tells two changes with equal content apart, for writes with an unknown outcome. */
    static final String MARK = "kurier-change";

    static final int MARK_LENGTH = 36;

    private interface Decision {
        Map<String, byte @Nullable []> values() throws InterruptedException;
    }

    /** Kafka did not confirm the change. It may have happened; the caller may repeat it. */
    public static final class UnavailableException extends Exception {
        private static final long serialVersionUID = 1L;

        UnavailableException(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    private static final Logger log = LoggerFactory.getLogger(ControlWriter.class);
    private static final Duration CATCH_UP = Duration.ofSeconds(10);
    /** A change is repeated for this long; the last try may take longer. */
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private static final Duration LONGEST_PAUSE = Duration.ofMillis(200);

    private final KafkaClients clients;
    private final ControlTables tables;
    private final String topic;
    private final ProcessClock clock;
    private final RandomGenerator random;
    private @Nullable Producer<byte[], byte[]> producer;

    /** A writer with the clock of the tables and secure chance. */
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

    /**
     * Changes one key, and returns when this process's own table has the change. An exception from {@code decide} is
     * passed on, and nothing is written.
     *
     * @throws UnavailableException if Kafka does not confirm the change within about 15 s, or this process cannot read
     *     the key's newest value
     */
    public void write(String key, Change change) throws UnavailableException, InterruptedException {
        writeMarked(() -> Collections.singletonMap(key, change.decide()));
    }

    /**
     * Changes several keys in one transaction.
     *
     * @param decide decides on the table's current values, and again if the change has to be repeated: the new values
     *     by key, null to delete a key. If the map is empty, nothing is written
     * @throws UnavailableException as {@link #write} does
     */
    public void writeAll(Supplier<Map<String, byte @Nullable []>> decide)
            throws UnavailableException, InterruptedException {
        writeMarked(decide::get);
    }

    /**
     * Lets the next change take over again first. A change that another replica is about to commit is then either in
     * this process's table before, or fenced and decided again.
     */
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
                // the table may be behind; the next change must read to the end first, or it could undo a change
                discard();
                throw e;
            } catch (KafkaException e) {
                log.info("Write to {} failed, taking over and trying again: {}", topic, e.toString());
                last = e;
                discard();
                // a random pause keeps replicas from fencing each other again and again
                clock.sleep(Duration.ofNanos(random.nextLong(LONGEST_PAUSE.toNanos())));
            }
        }
        throw new UnavailableException(
                "Kafka does not accept changes to the topic " + topic + "; try again later", last);
    }

    /** Refuses to replace a value that this process cannot read: the decision was made on an older one. */
    private void checkKnown(Map<String, byte @Nullable []> values) throws UnavailableException {
        for (Map.Entry<String, byte @Nullable []> change : values.entrySet()) {
            if (change.getValue() != null && tables.isBehind(topic, change.getKey())) {
                throw new UnavailableException(
                        "the newest record of " + change.getKey() + " in " + topic
                                + " is not usable by this process (see its health check); use another process or delete it",
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
                    "the table of " + topic + " did not reach the topic's end within " + CATCH_UP.toSeconds()
                            + " s; try again later");
        }
        return producer;
    }

    private void readBack(long offset) throws UnavailableException, InterruptedException {
        reach(
                offset + 1,
                "the change to " + topic + " was written, but not read back within " + CATCH_UP.toSeconds() + " s");
    }

    private void reach(long offset, String otherwise) throws UnavailableException, InterruptedException {
        if (!tables.await(topic, offset, CATCH_UP)) {
            throw new UnavailableException(otherwise, null);
        }
    }

    /** @return the offset of the transaction's last record */
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
