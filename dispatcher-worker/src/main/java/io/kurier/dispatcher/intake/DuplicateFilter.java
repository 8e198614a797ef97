package io.kurier.dispatcher.intake;

import io.kurier.dispatcher.config.IdempotencySettings;
import io.kurier.runtime.time.ProcessClock;
import io.kurier.schemas.Event;
import io.kurier.schemas.wire.UnknownSchemaException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Recognises repeated events of one partition: those whose id, chosen by their publisher, came at a lower offset within the
 * idempotency window. Ids that the HTTP API made are unique and cost nothing here. After a takeover, the ids from before it are
 * read back first. Consumer thread only, except {@link #lowest}.
 */
public final class DuplicateFilter {
    private static final Logger log = LoggerFactory.getLogger(DuplicateFilter.class);

    private final ProcessClock clock;
    private final RecentIds ids;
    private final MessageDigest digest = sha256();
    private @Nullable RecentIdsRecovery recovery;
    private volatile long lowest;

    /**
     * @param lowest the lowest offset whose id the former owner remembered
     * @param base the first offset to be processed
     */
    DuplicateFilter(IdempotencySettings.Bounds bounds, ProcessClock clock, long lowest, long base) {
        this.clock = clock;
        this.ids = new RecentIds(bounds.ids(), bounds.window().toMillis());
        this.lowest = lowest < base ? lowest : Long.MAX_VALUE;
        if (lowest < base) {
            recovery = new RecentIdsRecovery(
                    lowest, base, clock.nanoTime() + bounds.readBack().toNanos());
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is missing, expected in every JDK", e);
        }
    }

    /** The recovery of ids from before the takeover, while it goes on; null once records are to be processed. */
    @Nullable
    RecentIdsRecovery recovery() {
        return recovery;
    }

    /**
     * Takes the ids that belong to the recovery's current step.
     *
     * @return every record below this offset was taken
     * @throws WaitsForSchemaException if a record waits for its schema, and there is time to read it again
     */
    long recover(RecentIdsRecovery steps, List<ConsumerRecord<byte[], byte[]>> records, RecordDecoder decoder)
            throws WaitsForSchemaException, InterruptedException {
        long next = steps.position();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            next = record.offset();
            if (!steps.takes(next)) {
                return next;
            }
            try {
                if (decoder.decode(record) instanceof DecodedRecord.OfEvent found && isGiven(found.event())) {
                    byte[] hash = hash(found.event());
                    steps.found(longAt(hash, 0), longAt(hash, 8), record.offset(), timeMs(record.timestamp()));
                }
            } catch (UnknownSchemaException e) {
                if (!steps.isOver(clock.nanoTime())) {
                    throw new WaitsForSchemaException(next, e);
                }
                log.warn(
                        "The event id at offset {} is not recovered, so a duplicate of its event would be delivered: {}",
                        next,
                        e.getMessage());
            }
            next++;
        }
        return next;
    }

    /** The record at this offset, and those behind it, have to be read again. */
    static final class WaitsForSchemaException extends Exception {
        private static final long serialVersionUID = 1L;
        final long offset;

        WaitsForSchemaException(long offset, UnknownSchemaException cause) {
            super(cause.getMessage(), cause);
            this.offset = offset;
        }

        /** Never null. */
        @Override
        public String getMessage() {
            return Objects.requireNonNullElse(super.getMessage(), "");
        }
    }

    /** The recovery is complete. */
    void recovered(RecentIdsRecovery steps) {
        steps.addTo(ids);
        lowest = ids.lowest();
        recovery = null;
        log.info("Recovered {} event ids from before the takeover, from offset {} on", ids.size(), lowest);
    }

    /** The record itself, or {@link DecodedRecord.Duplicate} if its event's id came at a lower offset. */
    DecodedRecord check(DecodedRecord record, long timestamp) {
        if (!(record instanceof DecodedRecord.OfEvent found) || !isGiven(found.event())) {
            return record;
        }
        byte[] hash = hash(found.event());
        boolean isDuplicate = ids.isDuplicate(longAt(hash, 0), longAt(hash, 8), found.offset(), timeMs(timestamp));
        lowest = ids.lowest();
        return isDuplicate ? new DecodedRecord.Duplicate(found.offset(), found.bytes()) : record;
    }

    /** A publisher whose clock is ahead must not make other publishers' ids forgotten. */
    private long timeMs(long timestamp) {
        return Math.min(timestamp, clock.millis());
    }

    /** Whether the publisher chose the id: through the HTTP API, or by writing to Kafka itself. */
    private static boolean isGiven(Event event) {
        return event.getClientId() || event.getWebhooksOffset() < 0;
    }

    private byte[] hash(Event event) {
        digest.update(event.getTenant().getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
        return digest.digest(event.getId().getBytes(StandardCharsets.UTF_8));
    }

    private static long longAt(byte[] bytes, int from) {
        long value = 0;
        for (int i = from; i < from + Long.BYTES; i++) {
            value = value << 8 | (bytes[i] & 0xff);
        }
        return value;
    }

    /** The lowest offset whose event id the next owner has to know. Any thread. */
    public long lowest() {
        return lowest;
    }
}
