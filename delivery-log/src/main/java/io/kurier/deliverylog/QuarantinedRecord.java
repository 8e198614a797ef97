package io.kurier.deliverylog;

import io.kurier.runtime.kafka.Quarantine;
import org.jspecify.annotations.Nullable;

/**
 * One quarantined record, as lists show it.
 *
 * @param offset its offset in the one partition of the topic {@code quarantine}
 * @param origin the record's former topic, partition and offset, and why it was quarantined
 * @param tenant the owner of its topic, or the tenant in its header, or the default tenant if its encoding needs no
 *     tenant; null if none of them is known
 * @param bytes size of its value in {@code quarantine}
 * @param keptAtMs epoch milliseconds
 * @param requeuedAtMs epoch milliseconds; null if it was not requeued
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

    /** The id in lists and URLs: partition and offset. */
    public String id() {
        return "0-" + offset;
    }

    /** @throws IllegalArgumentException if the text does not come from {@link #id} */
    public static long offset(String id) {
        if (!id.startsWith("0-")) {
            throw new IllegalArgumentException("'" + id + "' is not the id of a quarantined record; expected 0-OFFSET");
        }
        return Long.parseUnsignedLong(id.substring(2));
    }
}
