package io.kurier.deliverylog;

import io.kurier.runtime.kafka.Quarantine;
import org.jspecify.annotations.Nullable;

/**
 * What a list shows of one quarantined record.
 *
 * @param offset its place in the topic {@code quarantine}
 * @param origin where it stood, and why it was kept
 * @param tenant whose it is as far as that can be told: the owner of its topic, the one its header names, or the default one
 *     where a record need name none; else null
 * @param bytes size of its value
 * @param keptAtMs epoch milliseconds
 * @param requeuedAtMs epoch milliseconds; null when it was not put back
 */
public record QuarantinedRecord(
        long offset,
        Quarantine.Origin origin,
        @Nullable String tenant,
        int bytes,
        long keptAtMs,
        @Nullable Long requeuedAtMs) {

    QuarantinedRecord requeued(long atMs) {
        return new QuarantinedRecord(offset, origin, tenant, bytes, keptAtMs, atMs);
    }

    /** The id in lists and URLs. */
    public String id() {
        return "0-" + offset;
    }

    /** @throws IllegalArgumentException when the text is not what {@link #id} makes */
    public static long offset(String id) {
        if (!id.startsWith("0-")) {
            throw new IllegalArgumentException("'" + id + "' is no id of a quarantined record");
        }
        return Long.parseUnsignedLong(id.substring(2));
    }
}
