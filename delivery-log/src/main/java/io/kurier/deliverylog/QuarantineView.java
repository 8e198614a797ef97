package io.kurier.deliverylog;

import io.kurier.model.tenant.Tenant;
import io.kurier.runtime.config.Settings;
import io.kurier.runtime.kafka.EventEncoding;
import io.kurier.runtime.kafka.KafkaClients;
import io.kurier.runtime.kafka.Quarantine;
import io.kurier.runtime.time.ProcessClock;
import io.kurier.schemas.topics.TopicCatalog;
import io.kurier.schemas.wire.EventHeaders;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.jspecify.annotations.Nullable;

/**
 * The quarantined records: records of other topics that could not be read, and whether each was requeued. The view
 * holds a bounded number, the newest, without their bytes.
 */
public final class QuarantineView extends TopicView {
    private static final String LIMIT = "KURIER_QUARANTINE_LISTED";
    private static final int MAX_TENANT = 64;

    private final TopicCatalog topics;
    private final int limit;
    private final TreeMap<Long, QuarantinedRecord> kept = new TreeMap<>();

    /**
     * A page of a list.
     *
     * @param records newest first
     * @param next the offset before which the next page continues; null if this page is the last
     */
    public record Page(
            List<QuarantinedRecord> records, @Nullable Long next) {}

    /**
     * Starts to read. The view is complete once its health check is ok.
     *
     * @throws org.apache.kafka.common.KafkaException if Kafka cannot be reached
     */
    public QuarantineView(
            KafkaClients kafka, TopicCatalog topics, MeterRegistry metrics, ProcessClock clock, Settings settings) {
        super("quarantine-view", kafka, topics.quarantine(), clock);
        this.topics = topics;
        this.limit = settings.number(LIMIT);
        Gauge.builder("kurier.quarantine", this::waiting)
                .description("Quarantined records that were not requeued, of those the API can list")
                .register(metrics);
        start();
    }

    static void define(ConfigDef definition) {
        definition.define(
                LIMIT,
                Type.INT,
                10_000,
                ConfigDef.Range.between(1, 1_000_000),
                Importance.LOW,
                "Number of quarantined records that the API can list, the newest first. Each takes "
                        + "about 500 bytes of memory.");
    }

    @Override
    synchronized void apply(ConsumerRecord<byte[], byte[]> record) {
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
                                tenant(topics, record, origin),
                                Math.max(0, record.serializedValueSize()),
                                record.timestamp(),
                                null)));
        if (kept.size() > limit) {
            kept.pollFirstEntry();
        }
    }

    /** The tenant that a worker would assign the record to; null if only the record's bytes could say it. */
    static @Nullable String tenant(
            TopicCatalog topics, ConsumerRecord<byte[], byte[]> record, Quarantine.Origin origin) {
        String owner = topics.tenantOf(origin.topic());
        if (owner != null) {
            return owner;
        }
        String named = EventEncoding.header(record, EventHeaders.TENANT);
        if (named != null) {
            return named.length() > MAX_TENANT ? null : named;
        }
        boolean isShared = origin.topic().equals(topics.events());
        return isShared && EventEncoding.of(record).mayNameNobody() ? Tenant.DEFAULT : null;
    }

    /**
     * Lists the records that pass the filter, newest first.
     *
     * @param before lists only records below this offset of the topic {@code quarantine}; null for the first page
     * @param most the page's length
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

    /** The record at this offset of the topic {@code quarantine}; empty if the view does not hold it. */
    public synchronized Optional<QuarantinedRecord> get(long offset) {
        return Optional.ofNullable(kept.get(offset));
    }

    private synchronized long waiting() {
        return kept.values().stream()
                .filter(record -> record.requeuedAtMs() == null)
                .count();
    }
}
