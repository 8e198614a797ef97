package io.kurier.runtime.control;

import io.kurier.runtime.health.Check;
import io.kurier.runtime.kafka.KafkaClients;
import io.kurier.runtime.kafka.PausablePoll;
import io.kurier.runtime.time.ProcessClock;
import io.kurier.schemas.wire.UnknownSchemaException;
import io.kurier.schemas.wire.UnreadableRecordException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the control tables of a process up to date, on one thread with one consumer. A table is complete before work
 * starts; every two seconds its position is compared with the end of its topic, so that a process that lost touch knows.
 */
public final class ControlTables implements AutoCloseable {
    /**
     * A record that is not usable.
     *
     * @param isGarbage nobody can read it, so that another may take its place
     */
    private record PassedOver(String trouble, boolean isGarbage) {}

    private static final Logger log = LoggerFactory.getLogger(ControlTables.class);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration CONFIRM_EVERY = Duration.ofSeconds(2);
    /** More than are written while one writer finds out what became of its change. */
    private static final int MAX_MARKS = 10_000;

    private static final Duration ASK_KAFKA = Duration.ofSeconds(3);

    private final ProcessClock clock;
    private final Consumer<byte[], byte[]> consumer;
    private final Map<String, ControlTable<?>> tables = new HashMap<>();
    private final Map<String, Long> positions = new HashMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition advanced = lock.newCondition();
    private final Thread thread = new Thread(this::run, "control-tables");
    private volatile boolean running = true;
    /** Whether all was read that was there at the start: of what was not usable, later records made up for some. */
    private boolean complete;

    private Map<TopicPartition, Long> askedEnds = Map.of();
    private long askedAtNanos;
    private volatile long confirmedAtNanos;
    /** By topic and key, what of them is not usable; a later record of the same key makes up for it. */
    private final Map<String, PassedOver> passedOver = new ConcurrentHashMap<>();
    /** Of the last changes that were read. */
    private final Set<String> marks = Collections.synchronizedSet(Collections.newSetFromMap(new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > MAX_MARKS;
        }
    }));
    /** Of each topic whose table waits for a schema, at which record. */
    private final Map<String, String> stopped = new ConcurrentHashMap<>();

    public ControlTables(KafkaClients clients, ProcessClock clock) {
        this.clock = clock;
        this.consumer = clients.reader();
        thread.setDaemon(true);
    }

    ProcessClock clock() {
        return clock;
    }

    /** Before {@link #start}: a table of the topic's values. */
    public <V> ControlTable<V> table(String topic, ControlTable.Reader<V> reader) {
        ControlTable<V> table = new ControlTable<>(topic, reader);
        tables.put(topic, table);
        return table;
    }

    /** Returns when every table is complete as of now. */
    public void start() {
        List<TopicPartition> partitions = tables.keySet().stream()
                .map(topic -> new TopicPartition(topic, 0))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        while (partitions.stream()
                .anyMatch(partition -> consumer.position(partition) < ends.getOrDefault(partition, 0L))) {
            poll();
        }
        poll();
        confirmedAtNanos = clock.nanoTime();
        passedOver.values().forEach(record -> tell(record.trouble()));
        complete = true;
        thread.start();
    }

    private void run() {
        long lastAsked = clock.nanoTime();
        while (running) {
            try {
                poll();
                if (clock.nanoTime() - lastAsked > CONFIRM_EVERY.toNanos()) {
                    lastAsked = clock.nanoTime();
                    askedEnds = consumer.endOffsets(consumer.assignment(), ASK_KAFKA);
                    askedAtNanos = lastAsked;
                }
                confirm();
            } catch (KafkaException e) {
                log.warn("control tables cannot read Kafka: {}", e.toString());
            }
        }
        consumer.close();
    }

    /** Complete as of the asking, once the ends of then are reached: a topic that is written all the time has no other. */
    private void confirm() {
        if (!askedEnds.isEmpty()
                && askedEnds.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue())) {
            confirmedAtNanos = askedAtNanos;
            askedEnds = Map.of();
        }
    }

    private void poll() {
        ConsumerRecords<byte[], byte[]> records = PausablePoll.poll(consumer, POLL, clock);
        for (TopicPartition partition : records.partitions()) {
            apply(partition, records.records(partition));
        }
        lock.lock();
        try {
            for (TopicPartition partition : consumer.assignment()) {
                positions.put(partition.topic(), consumer.position(partition));
            }
            advanced.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** In order, and nothing behind a record that stops its table. */
    private void apply(TopicPartition partition, List<ConsumerRecord<byte[], byte[]>> records) {
        for (ConsumerRecord<byte[], byte[]> record : records) {
            if (!apply(record)) {
                consumer.seek(partition, record.offset());
                consumer.pause(List.of(partition));
                return;
            }
        }
    }

    /** A record of an unknown schema stops its table, which then goes unconfirmed; any other bad record is passed over, loudly. */
    private boolean apply(ConsumerRecord<byte[], byte[]> record) {
        ControlTable<?> table = tables.get(record.topic());
        if (table == null || record.key() == null) {
            return true;
        }
        Header mark = record.headers().lastHeader(ControlWriter.MARK);
        if (mark != null && mark.value() != null && mark.value().length <= ControlWriter.MARK_LENGTH) {
            marks.add(new String(mark.value(), StandardCharsets.US_ASCII));
        }
        String key = new String(record.key(), StandardCharsets.UTF_8);
        String place = place(record.topic(), key);
        try {
            table.apply(key, record.value());
            passedOver.remove(place);
            stopped.remove(record.topic());
            // whatever came may be the schema that a stopped table waits for
            consumer.resume(consumer.paused());
        } catch (UnknownSchemaException e) {
            String trouble = at(record) + " was written by a newer version: " + e.getMessage();
            tell(trouble);
            stopped.put(record.topic(), trouble);
            return false;
        } catch (Exception e) {
            String trouble = at(record) + " is not usable and was passed over: " + e.getMessage();
            if (complete) {
                tell(trouble);
            }
            passedOver.put(place, new PassedOver(trouble, e instanceof UnreadableRecordException));
        }
        return true;
    }

    private static String at(ConsumerRecord<byte[], byte[]> record) {
        return record.topic() + " offset " + record.offset();
    }

    private static void tell(String trouble) {
        log.error("control record {}", trouble);
    }

    /** The next offset this process has not seen of the topic. */
    public long position(String topic) {
        lock.lock();
        try {
            return positions.getOrDefault(topic, 0L);
        } finally {
            lock.unlock();
        }
    }

    /** Waits until everything below the offset was applied; false when the time ran out first. */
    public boolean await(String topic, long offset, Duration limit) throws InterruptedException {
        long left = limit.toNanos();
        lock.lock();
        try {
            while (positions.getOrDefault(topic, 0L) < offset) {
                if (left <= 0) {
                    return false;
                }
                left = advanced.awaitNanos(left);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Whether the table still has a former value of the key, since the newest is usable by others only. */
    boolean isBehind(String topic, String key) {
        PassedOver newest = passedOver.get(place(topic, key));
        return newest != null && !newest.isGarbage();
    }

    private static String place(String topic, String key) {
        return topic + "/" + key;
    }

    /** Whether the change with this mark is in these tables, or was until a later one. */
    boolean hasRead(String mark) {
        return marks.contains(mark);
    }

    /** How long ago these tables were last known to be complete. */
    public Duration unconfirmedFor() {
        return Duration.ofNanos(clock.nanoTime() - confirmedAtNanos);
    }

    public List<Check> health() {
        List<Check> checks = new ArrayList<>();
        Duration age = unconfirmedFor();
        checks.add(new Check(
                "control-tables",
                age.compareTo(Duration.ofSeconds(5)) < 0,
                "confirmed " + TimeUnit.NANOSECONDS.toMillis(age.toNanos()) + " ms ago"));
        passedOver.values().stream()
                .map(PassedOver::trouble)
                .findFirst()
                .ifPresent(found -> checks.add(new Check(
                        "control-records",
                        false,
                        passedOver.size() == 1 ? found : found + " (and " + (passedOver.size() - 1) + " more)")));
        stopped.values().forEach(where -> checks.add(new Check("control-schema", false, where)));
        return checks;
    }

    @Override
    public void close() {
        running = false;
        if (thread.getState() == Thread.State.NEW) {
            consumer.close();
            return;
        }
        try {
            thread.join(Duration.ofSeconds(5).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
