package io.kurier.deliverylog;

import io.kurier.model.tenant.Tenant;
import io.kurier.runtime.KurierRuntime;
import io.kurier.runtime.config.Settings;
import io.kurier.runtime.kafka.EventEncoding;
import io.kurier.runtime.kafka.Quarantine;
import io.kurier.schemas.topics.TopicCatalog;
import io.kurier.schemas.wire.EventHeaders;
import io.micrometer.core.instrument.Gauge;
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
 * Which records nobody could read, and which of them were put back. Holds a bounded number, the
 * newest, without their bytes.
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
     * @param next null when it is the last
     */
    public record Page(
            List<QuarantinedRecord> records, @Nullable Long next) {}

    public QuarantineView(KurierRuntime runtime, Settings settings) {
        super("quarantine-view", runtime, runtime.topics().quarantine());
        this.topics = runtime.topics();
        this.limit = settings.number(LIMIT);
        Gauge.builder("kurier.quarantine", this::waiting)
                .description("Records nobody could read and nobody put back, of those that are listed")
                .register(runtime.metrics());
        start();
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

    /** As who reads events takes it; null when only the bytes could tell. */
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
}
