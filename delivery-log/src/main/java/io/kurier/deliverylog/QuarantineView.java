package io.kurier.deliverylog;

import io.kurier.runtime.KurierRuntime;
import io.kurier.runtime.Part;
import io.kurier.runtime.config.Settings;
import io.kurier.runtime.health.Check;
import io.kurier.runtime.kafka.Quarantine;
import io.kurier.schemas.topics.TopicCatalog;
import io.micrometer.core.instrument.Gauge;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which records nobody could read, and which of them were put back. Any thread may ask; one thread of its own reads. Holds a
 * bounded number, the newest, without their bytes.
 */
public final class QuarantineView implements Part {
    private static final Logger log = LoggerFactory.getLogger(QuarantineView.class);
    private static final String LIMIT = "KURIER_QUARANTINE_LISTED";
    private static final Duration POLL = Duration.ofMillis(200);
    private static final int MAX_TENANT = 64;

    private final Consumer<byte[], byte[]> reader;
    private final TopicCatalog topics;
    private final TopicPartition partition;
    private final int limit;
    private final long readTo;
    private final CompletableFuture<Void> failure = new CompletableFuture<>();
    private final Thread thread = new Thread(this::run, "quarantine-view");
    private final TreeMap<Long, QuarantinedRecord> kept = new TreeMap<>();
    private volatile boolean complete;
    private volatile boolean running = true;

    /**
     * A page of a list.
     *
     * @param next null when it is the last
     */
    public record Page(
            List<QuarantinedRecord> records, @Nullable Long next) {}

    public QuarantineView(KurierRuntime runtime, Settings settings) {
        this.reader = runtime.kafka().reader();
        this.topics = runtime.topics();
        this.partition = new TopicPartition(topics.quarantine(), 0);
        this.limit = settings.number(LIMIT);
        reader.assign(List.of(partition));
        reader.seekToBeginning(List.of(partition));
        this.readTo = reader.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
        Gauge.builder("kurier.quarantine", this::waiting)
                .description("Records nobody could read and nobody put back, of those that are listed")
                .register(runtime.metrics());
        thread.setDaemon(true);
        thread.start();
    }

    static void define(ConfigDef definition) {
        definition.define(
                LIMIT,
                Type.INT,
                10_000,
                ConfigDef.Range.between(1, 1_000_000),
                Importance.LOW,
                "Quarantined records the API lists, the newest; about 500 bytes of memory each.");
    }

    private void run() {
        try (reader) {
            while (running) {
                turn();
            }
        } catch (RuntimeException | Error e) {
            log.error("the list of quarantined records stops", e);
            failure.completeExceptionally(e);
        }
    }

    private void turn() {
        try {
            for (ConsumerRecord<byte[], byte[]> record : reader.poll(POLL)) {
                apply(record);
            }
            complete |= reader.position(partition) >= readTo;
        } catch (RetriableException e) {
            log.warn("the list of quarantined records cannot read Kafka: {}", e.toString());
        }
    }

    private synchronized void apply(ConsumerRecord<byte[], byte[]> record) {
        Optional<Long> requeued = Quarantine.requeued(record);
        if (requeued.isPresent()) {
            kept.computeIfPresent(requeued.get(), (offset, found) -> found.requeued(record.timestamp()));
            return;
        }
        Quarantine.origin(record)
                .ifPresent(origin -> kept.put(
                        record.offset(),
                        new QuarantinedRecord(
                                record.offset(),
                                origin.shortened(),
                                tenant(record, origin),
                                Math.max(0, record.serializedValueSize()),
                                record.timestamp(),
                                null)));
        if (kept.size() > limit) {
            kept.pollFirstEntry();
        }
    }

    private @Nullable String tenant(ConsumerRecord<byte[], byte[]> record, Quarantine.Origin origin) {
        String owner = topics.tenantOf(origin.topic());
        Header named = record.headers().lastHeader("kurier-tenant");
        if (owner != null || named == null || named.value() == null || named.value().length > MAX_TENANT) {
            return owner;
        }
        return new String(named.value(), StandardCharsets.UTF_8);
    }

    /**
     * Newest first.
     *
     * @param before null for the first page
     */
    public synchronized Page list(Predicate<QuarantinedRecord> filter, @Nullable Long before, int most) {
        SortedMap<Long, QuarantinedRecord> newestFirst = before == null
                ? kept.descendingMap()
                : kept.headMap(before, false).descendingMap();
        List<QuarantinedRecord> found =
                newestFirst.values().stream().filter(filter).limit(most + 1L).toList();
        boolean more = found.size() > most;
        List<QuarantinedRecord> page = more ? found.subList(0, most) : found;
        return new Page(page, more ? page.get(page.size() - 1).offset() : null);
    }

    public synchronized Optional<QuarantinedRecord> get(long offset) {
        return Optional.ofNullable(kept.get(offset));
    }

    private synchronized long waiting() {
        return kept.values().stream()
                .filter(record -> record.requeuedAtMs() == null)
                .count();
    }

    @Override
    public List<Check> health() {
        return List.of(new Check(
                "quarantine-view",
                complete && !failure.isDone(),
                failure.isDone() ? "stopped after a failure; see the log" : complete ? "complete" : "still reading"));
    }

    @Override
    public CompletableFuture<Void> failure() {
        return failure;
    }

    @Override
    public void close() {
        running = false;
        try {
            thread.join(Duration.ofSeconds(5).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
