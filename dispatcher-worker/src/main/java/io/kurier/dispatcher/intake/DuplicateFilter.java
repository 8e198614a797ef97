package io.kurier.dispatcher.intake;

import io.kurier.dispatcher.config.IdempotencySettings;
import io.kurier.schemas.Event;
import io.kurier.schemas.wire.UnknownSchemaException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Recognises repeated events of one partition: those whose id, given by a publisher, came at a lower offset of late. Ids the
 * door made are unique and cost nothing here. What came before the partition was taken over is read back first. Its
 * intake's, but for {@link #lowest}.
 */
public final class DuplicateFilter {
    private static final Logger log = LoggerFactory.getLogger(DuplicateFilter.class);

    private final InstantSource clock;
    private final RecentIds ids;
    private final MessageDigest digest = sha256();
    private @Nullable RecentIdsRecovery readBack;
    private volatile long lowest;

    /**
     * @param lowest from where on a former owner remembered ids
     * @param base from where on records are worked on
     */
    DuplicateFilter(IdempotencySettings.Bounds bounds, InstantSource clock, long lowest, long base) {
        this.clock = clock;
        this.ids = new RecentIds(bounds.ids(), bounds.window().toMillis());
        this.lowest = lowest < base ? lowest : Long.MAX_VALUE;
        if (lowest < base) {
            readBack = new RecentIdsRecovery(
                    lowest, base, System.nanoTime() + bounds.readBack().toNanos());
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** What is read now are events from before the takeover; null when it is what is to be worked on. */
    @Nullable
    RecentIdsRecovery readBack() {
        return readBack;
    }

    /**
     * Takes from a read what belongs to the step at hand.
     *
     * @return everything below this offset was taken
     * @throws UnreadYetException when a record waits for its schema, and there is time to come again
     */
    long takeBack(RecentIdsRecovery back, List<ConsumerRecord<byte[], byte[]>> records, ConsumerLoop.Decoder decoder)
            throws UnreadYetException, InterruptedException {
        long next = back.position();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            next = record.offset();
            if (!back.takes(next)) {
                return next;
            }
            try {
                if (decoder.decode(record) instanceof DecodedRecord.OfEvent arrival && isGiven(arrival.event())) {
                    byte[] hash = hash(arrival.event());
                    back.found(longAt(hash, 0), longAt(hash, 8), record.offset(), timeMs(record.timestamp()));
                }
            } catch (UnknownSchemaException e) {
                if (!back.isOver(System.nanoTime())) {
                    throw new UnreadYetException(next, e);
                }
                log.warn("offset {} is not read back: {}", next, e.getMessage());
            }
            next++;
        }
        return next;
    }

    /** The record at this offset, and those behind it, are to be read again. */
    static final class UnreadYetException extends Exception {
        private static final long serialVersionUID = 1L;
        final long offset;

        UnreadYetException(long offset, UnknownSchemaException cause) {
            super(cause.getMessage(), cause);
            this.offset = offset;
        }

        /** Never null. */
        @Override
        public String getMessage() {
            return Objects.requireNonNullElse(super.getMessage(), "");
        }
    }

    /** The read-back is over. */
    void knowsAgain(RecentIdsRecovery back) {
        back.tell(ids);
        lowest = ids.lowest();
        readBack = null;
        log.info("{} ids are known from before the takeover, since offset {}", ids.size(), lowest);
    }

    /** The arrival as it is, or, when its event came before, that it did. */
    DecodedRecord checked(DecodedRecord arrival, long timestamp) {
        if (!(arrival instanceof DecodedRecord.OfEvent found) || !isGiven(found.event())) {
            return arrival;
        }
        byte[] hash = hash(found.event());
        boolean repeated = ids.isRepetition(longAt(hash, 0), longAt(hash, 8), found.offset(), timeMs(timestamp));
        lowest = ids.lowest();
        return repeated ? new DecodedRecord.Repeated(found.offset(), found.bytes()) : arrival;
    }

    /** A publisher that lives in the future must not make the others' ids forgotten. */
    private long timeMs(long timestamp) {
        return Math.min(timestamp, clock.millis());
    }

    /** Whether a publisher chose the id: at the door, or writing past it. */
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

    /** The lowest offset whose id the next owner has to know. Any thread. */
    public long lowest() {
        return lowest;
    }
}
