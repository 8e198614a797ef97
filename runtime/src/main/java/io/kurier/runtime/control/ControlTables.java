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
 * Keeps the control tables of a process up to date, with one consumer. Every table is complete before {@link #start}
 * returns. After that its position is compared with the end of its topic every two seconds, so that a process that lost
 * Kafka knows since when its tables may be stale.
 *
 * <p>Usually a thread of its own runs them. A single-threaded caller, such as a simulation, calls {@link #load} and
 * then {@link #turn} again and again instead; {@link #await} then runs turns by itself.
 */
public final class ControlTables implements AutoCloseable {
    /**
     * The newest record of a key, which this process cannot use.
     *
     * @param isGarbage whether no process can read it, so that any may overwrite it
     */
    private record Unusable(String problem, boolean isGarbage) {}

    private static final Logger log = LoggerFactory.getLogger(ControlTables.class);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration CONFIRM_EVERY = Duration.ofSeconds(2);
    /** Older than this, the tables make the process unready. */
    private static final Duration STALE_AFTER = Duration.ofSeconds(5);

    private static final Duration END_OFFSETS_TIMEOUT = Duration.ofSeconds(3);
    /** More changes than other writers make while one finds out whether its own was committed. */
    private static final int MAX_MARKS = 10_000;

    private final ProcessClock clock;
    private final Consumer<byte[], byte[]> consumer;
    private final Map<String, ControlTable<?>> tables = new HashMap<>();
    /** By topic, the next offset to read; guarded by the lock. */
    private final Map<String, Long> positions = new HashMap<>();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition advanced = lock.newCondition();
    private final Thread thread = new Thread(this::run, "control-tables");
    private volatile boolean running = true;
    /** Set once the start's end offsets are reached; until then a later record may still replace an unusable one. */
    private boolean complete;

    private long lastRequestNanos;
    /** The answer to the last request that succeeded, until the tables reach it. */
    private Map<TopicPartition, Long> requestedEnds = Map.of();

    private long requestedAtNanos;
    private volatile long confirmedAtNanos;
    /** By topic and key; a later usable record of the same key removes the entry. */
    private final Map<String, Unusable> unusable = new ConcurrentHashMap<>();
    /** The marks of the changes read last. */
    private final Set<String> marks = Collections.synchronizedSet(Collections.newSetFromMap(new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > MAX_MARKS;
        }
    }));
    /** By topic, why its table stopped: the record that needs an unknown schema. */
    private final Map<String, String> stopped = new ConcurrentHashMap<>();

    /** @param clock measures how stale the tables are */
    public ControlTables(KafkaClients clients, ProcessClock clock) {
        this.clock = clock;
        this.consumer = clients.reader();
        thread.setDaemon(true);
    }

    ProcessClock clock() {
        return clock;
    }

    /**
     * Adds a table of the topic's values. Call it before {@link #start} or {@link #load}; the topic has one partition.
     */
    public <V> ControlTable<V> table(String topic, ControlTable.Reader<V> reader) {
        ControlTable<V> table = new ControlTable<>(topic, reader);
        tables.put(topic, table);
        return table;
    }

    /**
     * Loads the tables and starts the thread that keeps them up to date.
     *
     * @throws KafkaException if the topics' ends cannot be read
     */
    public void start() {
        load();
        thread.start();
    }

    /**
     * Reads every table on the calling thread, up to the end its topic has now. The caller then repeats {@link #turn}.
     *
     * @throws KafkaException if the topics' ends cannot be read
     */
    public void load() {
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
        lastRequestNanos = confirmedAtNanos;
        unusable.values().forEach(record -> logUnusable(record.problem()));
        complete = true;
    }

    private void run() {
        while (running) {
            turn();
        }
        consumer.close();
    }

    /**
     * Applies the records that arrived and confirms the tables if that is due. Waits up to 100 ms for a record. Only
     * for callers that used {@link #load}, on the same thread.
     */
    public void turn() {
        try {
            poll();
            long nowNanos = clock.nanoTime();
            if (nowNanos - lastRequestNanos > CONFIRM_EVERY.toNanos()) {
                lastRequestNanos = nowNanos;
                requestedEnds = consumer.endOffsets(consumer.assignment(), END_OFFSETS_TIMEOUT);
                requestedAtNanos = nowNanos;
            }
            confirm();
        } catch (KafkaException e) {
            log.warn("Cannot read the control topics, will retry: {}", e.toString());
        }
    }

    /**
     * Confirms the tables as of the request once the end offsets returned then are reached. The ends of now would never
     * be reached in a topic that is written all the time.
     */
    private void confirm() {
        if (!requestedEnds.isEmpty()
                && requestedEnds.entrySet().stream()
                        .allMatch(end -> consumer.position(end.getKey()) >= end.getValue())) {
            confirmedAtNanos = requestedAtNanos;
            requestedEnds = Map.of();
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

    /** Applies the records in order, up to the first one that stops its table. */
    private void apply(TopicPartition partition, List<ConsumerRecord<byte[], byte[]>> records) {
        for (ConsumerRecord<byte[], byte[]> record : records) {
            if (!apply(record)) {
                consumer.seek(partition, record.offset());
                consumer.pause(List.of(partition));
                return;
            }
        }
    }

    /**
     * Applies one record. A record with an unknown schema stops its table, which then stays unconfirmed; any other
     * unusable record is skipped, logged and shown by the health check.
     *
     * @return false if the table must stop at this record
     */
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
            unusable.remove(place);
            stopped.remove(record.topic());
            // this record may have been the schema that a stopped table waits for
            consumer.resume(consumer.paused());
        } catch (UnknownSchemaException e) {
            String problem = at(record) + " was written by a newer version of Kurier: " + e.getMessage();
            logUnusable(problem);
            stopped.put(record.topic(), problem);
            return false;
        } catch (Exception e) {
            String problem = at(record) + " (key " + key + ") is not usable and was skipped: " + e.getMessage();
            if (complete) {
                logUnusable(problem);
            }
            unusable.put(place, new Unusable(problem, e instanceof UnreadableRecordException));
        }
        return true;
    }

    private static String at(ConsumerRecord<byte[], byte[]> record) {
        return record.topic() + " offset " + record.offset();
    }

    private static void logUnusable(String problem) {
        log.error("Control record {}", problem);
    }

    /** The next offset of the topic that these tables will read; 0 for a topic without a table. Any thread. */
    public long position(String topic) {
        lock.lock();
        try {
            return positions.getOrDefault(topic, 0L);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until every record below the offset is applied. Any thread.
     *
     * @param offset of the topic's only partition
     * @return false if the limit passed first
     */
    public boolean await(String topic, long offset, Duration limit) throws InterruptedException {
        if (thread.getState() == Thread.State.NEW) {
            return turnUntil(topic, offset, limit);
        }
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

    /** The same for tables that have no thread: the waiting caller reads on by itself. */
    private boolean turnUntil(String topic, long offset, Duration limit) throws InterruptedException {
        long deadlineNanos = clock.nanoTime() + limit.toNanos();
        while (position(topic) < offset) {
            long before = position(topic);
            turn();
            if (position(topic) == before) {
                if (clock.nanoTime() - deadlineNanos >= 0) {
                    return false;
                }
                clock.sleep(POLL);
            }
        }
        return true;
    }

    /**
     * Whether the table holds an older value of the key, since the newest record can be used by other processes only.
     */
    boolean isBehind(String topic, String key) {
        Unusable newest = unusable.get(place(topic, key));
        return newest != null && !newest.isGarbage();
    }

    private static String place(String topic, String key) {
        return topic + "/" + key;
    }

    /** Whether these tables have applied the change with this mark. */
    boolean hasRead(String mark) {
        return marks.contains(mark);
    }

    /** The time since these tables were last known to be complete. Any thread. */
    public Duration unconfirmedFor() {
        return Duration.ofNanos(clock.nanoTime() - confirmedAtNanos);
    }

    /** Fails while the tables are stale, hold an unusable record or wait for a schema. Any thread. */
    public List<Check> health() {
        List<Check> checks = new ArrayList<>();
        Duration age = unconfirmedFor();
        checks.add(new Check(
                "control-tables", age.compareTo(STALE_AFTER) < 0, "confirmed complete " + age.toMillis() + " ms ago"));
        unusable.values().stream()
                .map(Unusable::problem)
                .findFirst()
                .ifPresent(found -> checks.add(new Check(
                        "control-records",
                        false,
                        unusable.size() == 1 ? found : found + " (and " + (unusable.size() - 1) + " more)")));
        stopped.values().forEach(problem -> checks.add(new Check("control-schema", false, problem)));
        return checks;
    }

    /** Stops the thread and closes the consumer; waits up to 5 s for both. */
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
