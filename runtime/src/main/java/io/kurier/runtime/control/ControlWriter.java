package io.kurier.runtime.control;

import io.kurier.runtime.kafka.EndOffsets;
import io.kurier.runtime.kafka.KafkaClients;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
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
public final class ControlWriter implements ChangeWriter, AutoCloseable {
    /** The header that tells one change from another of the same content, when the outcome of a write is unknown. */
    static final String MARK = "kurier-change";

    static final int MARK_LENGTH = 36;

    private static final Logger log = LoggerFactory.getLogger(ControlWriter.class);
    private static final Duration CATCH_UP = Duration.ofSeconds(10);
    /** How long a change is tried again; the last try may take longer. */
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private static final Duration LONGEST_PAUSE = Duration.ofMillis(200);

    private final KafkaClients clients;
    private final ControlTables tables;
    private final String topic;
    private @Nullable Producer<byte[], byte[]> producer;

    public ControlWriter(KafkaClients clients, ControlTables tables, String topic) {
        this.clients = clients;
        this.tables = tables;
        this.topic = topic;
    }

    @Override
    public synchronized void takeOverAnew() {
        discard();
    }

    @Override
    public synchronized void write(Decider decider) throws UnavailableException, InterruptedException {
        String mark = UUID.randomUUID().toString();
        KafkaException last = null;
        long began = System.nanoTime();
        while (last == null || System.nanoTime() - began < PATIENCE.toNanos()) {
            try {
                Producer<byte[], byte[]> open = takeOver();
                if (last != null && tables.hasRead(mark)) {
                    return;
                }
                Decision decision = decider.decide();
                if (decision.values().isEmpty()) {
                    return;
                }
                checkKnown(decision.values());
                readBack(commit(open, decision, mark));
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
                LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(LONGEST_PAUSE.toNanos()));
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
                    topic,
                    EndOffsets.committed(clients, new TopicPartition(topic, 0)),
                    "the table of " + topic + " does not reach the topic's end");
        }
        return producer;
    }

    private void readBack(Map<String, Long> written) throws UnavailableException, InterruptedException {
        for (Map.Entry<String, Long> last : written.entrySet()) {
            reach(
                    last.getKey(),
                    last.getValue() + 1,
                    "the change to " + last.getKey() + " was written, but cannot be read back");
        }
    }

    private void reach(String table, long offset, String otherwise) throws UnavailableException, InterruptedException {
        if (!tables.await(table, offset, CATCH_UP)) {
            throw new UnavailableException(otherwise, null);
        }
    }

    /** @return the offset of the last record in each topic */
    private Map<String, Long> commit(Producer<byte[], byte[]> open, Decision decision, String mark)
            throws InterruptedException {
        List<Header> marked = List.of(new RecordHeader(MARK, mark.getBytes(StandardCharsets.US_ASCII)));
        open.beginTransaction();
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        decision.values().forEach((key, value) -> sent.add(open.send(record(topic, key, value, marked))));
        decision.additions()
                .forEach(added -> sent.add(open.send(record(added.topic(), added.key(), added.value(), marked))));
        open.commitTransaction();
        Map<String, Long> last = new LinkedHashMap<>();
        try {
            for (Future<RecordMetadata> record : sent) {
                last.put(record.get().topic(), record.get().offset());
            }
        } catch (ExecutionException e) {
            throw new KafkaException("a committed record has no offset", e.getCause());
        }
        return last;
    }

    private static ProducerRecord<byte[], byte[]> record(
            String topic, String key, byte @Nullable [] value, List<Header> headers) {
        return new ProducerRecord<>(topic, 0, key.getBytes(StandardCharsets.UTF_8), value, headers);
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
