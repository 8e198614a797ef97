package io.kurier.deliverylog;

import io.kurier.runtime.KurierRuntime;
import io.kurier.runtime.Part;
import io.kurier.runtime.config.Settings;
import io.kurier.runtime.health.Check;
import io.kurier.schemas.DeadLetter;
import io.kurier.schemas.wire.RecordCodec;
import io.kurier.schemas.wire.UnknownSchemaException;
import io.kurier.schemas.wire.UnreadableRecordException;
import io.micrometer.core.instrument.Gauge;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The deliveries that are still dead: those whose last record in {@code dead-letters} is an entry. Any thread may ask; one
 * thread of its own reads. Holds a bounded number; beyond it the oldest are left out of lists (not out of replays).
 */
public final class DeadLetterView implements Part {
    private static final Logger log = LoggerFactory.getLogger(DeadLetterView.class);
    private static final String LIMIT = "KURIER_DEAD_LETTERS_LISTED";
    private static final Duration POLL = Duration.ofMillis(100);

    private final Consumer<byte[], byte[]> reader;
    private final RecordCodec<DeadLetter> codec;
    private final List<TopicPartition> partitions;
    private final Map<TopicPartition, Long> readTo;
    private final int limit;
    private final CompletableFuture<Void> failure = new CompletableFuture<>();
    private final Thread thread = new Thread(this::run, "dead-letter-view");
    private final Map<String, DeadLetterPlace> places = new HashMap<>();
    private final TreeMap<DeadLetterPlace, DeadDelivery> dead = new TreeMap<>();
    private long leftOutUntilMs;
    private volatile boolean complete;
    private volatile boolean running = true;

    /** A page of a list. */
    public record Page(List<DeadDelivery> dead, @Nullable DeadLetterPlace next, long completeSinceMs) {}

    public DeadLetterView(KurierRuntime runtime, Settings settings) {
        this.reader = runtime.kafka().reader();
        this.codec = runtime.codec(DeadLetter.class);
        this.limit = settings.number(LIMIT);
        this.partitions = reader.partitionsFor(runtime.topics().deadLetters()).stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        reader.assign(partitions);
        reader.seekToBeginning(partitions);
        this.readTo = reader.endOffsets(partitions);
        Gauge.builder("kurier.dead.letters", this::size)
                .description("Deliveries that are dead now")
                .register(runtime.metrics());
        thread.start();
    }

    /** With those of the other lists. */
    public static ConfigDef definition() {
        ConfigDef definition = new ConfigDef()
                .define(
                        LIMIT,
                        Type.INT,
                        100_000,
                        ConfigDef.Range.between(1, 10_000_000),
                        Importance.LOW,
                        "Dead letters the API lists, the newest; about 500 bytes of memory each. Replays reach all of them.");
        QuarantineView.define(definition);
        return definition;
    }

    private void run() {
        try (reader) {
            while (running) {
                turn();
            }
        } catch (RuntimeException | Error e) {
            log.error("the list of dead letters stops", e);
            failure.completeExceptionally(e);
        }
    }

    private void turn() {
        try {
            for (ConsumerRecord<byte[], byte[]> record : reader.poll(POLL)) {
                apply(record);
            }
            if (!complete) {
                complete = partitions.stream()
                        .allMatch(partition -> reader.position(partition) >= readTo.getOrDefault(partition, 0L));
            }
        } catch (RetriableException e) {
            log.warn("the list of dead letters cannot read Kafka: {}", e.toString());
        }
    }

    private synchronized void apply(ConsumerRecord<byte[], byte[]> record) {
        DeadLetter letter;
        try {
            letter = codec.decode(record.value());
        } catch (UnreadableRecordException | UnknownSchemaException e) {
            log.error(
                    "dead letter at partition {} offset {} is not listed: {}",
                    record.partition(),
                    record.offset(),
                    e.toString());
            return;
        }
        DeadLetterPlace before = places.remove(letter.getDeliveryId());
        if (before != null) {
            dead.remove(before);
        }
        if (letter.getEntry() != null) {
            DeadDelivery found = DeadDelivery.of(letter, letter.getEntry());
            places.put(found.deliveryId(), found.place());
            dead.put(found.place(), found);
        }
        if (dead.size() > limit) {
            DeadDelivery oldest = dead.pollFirstEntry().getValue();
            places.remove(oldest.deliveryId());
            leftOutUntilMs = Math.max(leftOutUntilMs, oldest.diedAtMs() + 1);
        }
    }

    /** Newest first. */
    public synchronized Page list(DeadLetterQuery query) {
        DeadLetterPlace before = query.before();
        SortedMap<DeadLetterPlace, DeadDelivery> newestFirst = dead.descendingMap();
        List<DeadDelivery> found = (before == null
                        ? newestFirst
                        : dead.headMap(before, false).descendingMap())
                .values().stream()
                        .filter(query::matches)
                        .limit(query.limit() + 1L)
                        .toList();
        boolean more = found.size() > query.limit();
        List<DeadDelivery> page = more ? found.subList(0, query.limit()) : found;
        return new Page(page, more ? page.get(page.size() - 1).place() : null, leftOutUntilMs);
    }

    private synchronized int size() {
        return dead.size();
    }

    @Override
    public List<Check> health() {
        return List.of(new Check(
                "dead-letter-view",
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
