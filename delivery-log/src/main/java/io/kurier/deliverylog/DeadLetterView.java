package io.kurier.deliverylog;

import io.kurier.runtime.config.Settings;
import io.kurier.runtime.kafka.KafkaClients;
import io.kurier.runtime.time.ProcessClock;
import io.kurier.schemas.DeadLetter;
import io.kurier.schemas.topics.TopicCatalog;
import io.kurier.schemas.wire.RecordCodec;
import io.kurier.schemas.wire.UnknownSchemaException;
import io.kurier.schemas.wire.UnreadableRecordException;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The deliveries that are dead now: those whose last record in {@code dead-letters} is an entry. The view holds a
 * bounded number; beyond it, lists omit the oldest (replays do not).
 */
public final class DeadLetterView extends TopicView {
    private static final Logger log = LoggerFactory.getLogger(DeadLetterView.class);
    private static final String LIMIT = "KURIER_DEAD_LETTERS_LISTED";

    private final RecordCodec<DeadLetter> codec;
    private final int limit;
    private final Map<String, DeadLetterPlace> places = new HashMap<>();
    private final TreeMap<DeadLetterPlace, DeadDelivery> dead = new TreeMap<>();
    private long leftOutUntilMs;

    /**
     * A page of a list.
     *
     * @param dead newest first
     * @param next where the next page continues; null if this page is the last
     * @param completeSinceMs epoch milliseconds: the list omits no delivery that died at this time or later
     */
    public record Page(List<DeadDelivery> dead, @Nullable DeadLetterPlace next, long completeSinceMs) {}

    /**
     * Starts to read. The view is complete once its health check is ok.
     *
     * @throws org.apache.kafka.common.KafkaException if Kafka cannot be reached
     */
    public DeadLetterView(
            KafkaClients kafka,
            TopicCatalog topics,
            RecordCodec<DeadLetter> codec,
            MeterRegistry metrics,
            ProcessClock clock,
            Settings settings) {
        super("dead-letter-view", kafka, topics.deadLetters(), clock);
        this.codec = codec;
        this.limit = settings.number(LIMIT);
        Gauge.builder("kurier.dead.letters", this::size)
                .description("Dead deliveries that the API can list")
                .register(metrics);
        start();
    }

    /** The settings of this view and of {@link QuarantineView}. */
    public static ConfigDef definition() {
        ConfigDef definition = new ConfigDef()
                .define(
                        LIMIT,
                        Type.INT,
                        100_000,
                        ConfigDef.Range.between(1, 10_000_000),
                        Importance.LOW,
                        "Number of dead letters that the API can list, the newest first. Each takes about 500 "
                                + "bytes of memory. Replays reach older dead letters too.");
        QuarantineView.define(definition);
        return definition;
    }

    @Override
    synchronized void apply(ConsumerRecord<byte[], byte[]> record) {
        DeadLetter letter;
        try {
            letter = codec.decode(record.value());
        } catch (UnreadableRecordException | UnknownSchemaException e) {
            log.error(
                    "Dead letter at partition {} offset {} cannot be read and is not listed: {}",
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

    /** Lists the dead deliveries that match, newest first. */
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
}
