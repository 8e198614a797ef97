package io.kurier.dispatcher.offsets;

import java.util.ArrayDeque;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Knows which offsets of one partition are open and which are settled. Offsets are opened in rising order and settled in any
 * order. The lowest open offset is committed; the open offsets above it, up to the highest settled one, go into the
 * commit's metadata. The metadata is bounded, so a new offset may have to wait until it {@link #fits}. Used by one thread.
 */
public final class OpenOffsets {
    /** One open offset, linked to the next lower and the next higher open offset. */
    public static final class Slot {
        private static final long[] NONE = {};

        final long offset;
        /** The deliveries that a former owner of the partition settled. */
        public final OffsetMetadata.Settled already;
        /** Number of deliveries of the event that are not settled. */
        public int pending = 1;
        /** Approximate bytes of memory that its record takes. */
        public int bytes;

        /** Bytes of the metadata that are set aside for it. */
        private int reserved;

        private boolean closed;
        private @Nullable Slot previous;
        private @Nullable Slot next;
        private OffsetMetadata.Settled settled;
        /** Numbers of the webhooks whose deliveries were settled one by one here. */
        private long[] parts = NONE;

        private int partCount;

        private Slot(long offset, OffsetMetadata.Settled already) {
            this.offset = offset;
            this.already = already;
            this.settled = already;
        }

        private void addPart(long webhookNumber) {
            if (partCount == parts.length) {
                // room for this delivery and for all that are still pending, so that the array grows only once
                parts = Arrays.copyOf(parts, partCount + 1 + pending);
            }
            parts[partCount++] = webhookNumber;
        }
    }

    /** The slots that a former owner left open and whose records have not arrived yet. */
    private final ArrayDeque<Slot> recovered = new ArrayDeque<>();

    private @Nullable Slot first;
    private @Nullable Slot last;
    private long next;
    private long settledEnd;
    private int openCount;
    /** The most bytes of metadata that all open offsets together can need. */
    private int reserved;

    /**
     * @param committed the offset at which reading starts
     * @param metadata the former owner's progress; {@link OffsetMetadata#NOTHING} if it left none that can be read
     */
    public OpenOffsets(long committed, OffsetMetadata metadata) {
        this.next = committed;
        this.settledEnd = Math.max(committed, metadata.end());
        metadata.open().forEach((offset, settled) -> {
            Slot slot = new Slot(offset, settled);
            link(slot, OffsetMetadata.bytes(last == null ? 0 : offset - last.offset, settled));
            recovered.add(slot);
        });
    }

    /**
     * A record arrived. Called in the order of offsets, once or more often for the same offset.
     *
     * @return false if a former owner settled the record, so that it must be skipped
     */
    public boolean arrives(long offset) {
        while (!recovered.isEmpty() && recovered.getFirst().offset < offset) {
            // retention deleted its record, so it will never arrive
            unlink(recovered.removeFirst());
        }
        boolean isUnsettled = offset >= settledEnd || recoveredSlot(offset) != null;
        if (!isUnsettled) {
            skipTo(offset + 1);
        }
        return isUnsettled;
    }

    /** No further record below this offset will arrive: the gap holds transaction markers or deleted records. */
    public void skipTo(long offset) {
        next = Math.max(next, offset);
    }

    private @Nullable Slot recoveredSlot(long offset) {
        Slot slot = recovered.peek();
        return slot != null && slot.offset == offset ? slot : null;
    }

    /**
     * Whether the metadata still has room if this event is opened too, in the worst case of partly settled events. Always
     * true while nothing is open, so that an event that is too large alone does not block its partition.
     *
     * @param deliveries number of deliveries that are settled one by one; 1 if they are settled at once or range by range
     * @param highestNumber highest number of their webhooks; 0 if the event is never settled in part
     */
    public boolean fits(long offset, int deliveries, long highestNumber) {
        Slot known = recoveredSlot(offset);
        int held = known == null ? 0 : known.reserved;
        return openCount == 0 || reserved - held + cost(offset, deliveries, highestNumber) <= OffsetMetadata.MAX_BYTES;
    }

    private int cost(long offset, int deliveries, long highestNumber) {
        Slot known = recoveredSlot(offset);
        Slot below = known == null ? last : known.previous;
        int settled = known == null ? 0 : known.already.numbers().size();
        return OffsetMetadata.worstCaseBytes(
                below == null ? 0 : offset - below.offset, Math.max(deliveries, settled), highestNumber);
    }

    /**
     * Opens the offset of a record. Called after {@link #arrives} and {@link #fits} returned true for it; the parameters are
     * those of {@link #fits}.
     */
    public Slot open(long offset, int deliveries, long highestNumber) {
        int cost = cost(offset, deliveries, highestNumber);
        Slot slot = recoveredSlot(offset);
        if (slot == null) {
            slot = new Slot(offset, OffsetMetadata.Settled.NONE);
            link(slot, cost);
        } else {
            recovered.remove();
            reserve(slot, cost);
        }
        openCount++;
        next = offset + 1;
        return slot;
    }

    private void reserve(Slot slot, int bytes) {
        reserved += bytes - slot.reserved;
        slot.reserved = bytes;
    }

    private void link(Slot slot, int bytes) {
        slot.previous = last;
        if (last == null) {
            first = slot;
        } else {
            last.next = slot;
        }
        last = slot;
        reserve(slot, bytes);
    }

    private void unlink(Slot slot) {
        Slot below = slot.previous;
        Slot above = slot.next;
        if (below == null) {
            first = above;
        } else {
            below.next = above;
        }
        if (above == null) {
            last = below;
        } else {
            above.previous = below;
            // the slot above now encodes both gaps as one
            int gapBefore = OffsetMetadata.gapBytes(above.offset - slot.offset);
            int gapNow = OffsetMetadata.gapBytes(below == null ? 0 : above.offset - below.offset);
            reserve(above, above.reserved - gapBefore + gapNow);
        }
        reserve(slot, 0);
    }

    /** One delivery of the event is settled, and others are still pending. */
    void settlePart(Slot slot, long webhookNumber) {
        slot.addPart(webhookNumber);
        settledEnd = Math.max(settledEnd, slot.offset + 1);
    }

    /** Every delivery of a wide event to webhooks up to this number is settled. */
    void settleUpTo(Slot slot, long webhookNumber) {
        slot.settled = OffsetMetadata.Settled.upTo(webhookNumber);
        settledEnd = Math.max(settledEnd, slot.offset + 1);
    }

    /**
     * Every delivery of the event is settled.
     *
     * @throws IllegalStateException if the slot was settled before
     */
    void settle(Slot slot) {
        if (slot.closed) {
            throw new IllegalStateException("offset " + slot.offset + " was settled twice, expected once");
        }
        slot.closed = true;
        unlink(slot);
        openCount--;
        settledEnd = Math.max(settledEnd, slot.offset + 1);
    }

    /** Whether more than half of the metadata's bytes are reserved. */
    public boolean isHalfFull() {
        return reserved * 2 > OffsetMetadata.MAX_BYTES;
    }

    /** Number of offsets that were opened here and are not settled. */
    public int openCount() {
        return openCount;
    }

    /** The offset to commit: every record below it is settled. */
    public long base() {
        return first != null ? first.offset : Math.max(next, settledEnd);
    }

    /** The progress above {@link #base}, for the next owner of the partition. */
    public OffsetMetadata metadata() {
        OffsetMetadata.Builder builder = new OffsetMetadata.Builder(base(), settledEnd);
        for (Slot slot = first; slot != null && slot.offset < settledEnd; slot = slot.next) {
            builder.open(slot.offset, slot.settled.with(Arrays.copyOf(slot.parts, slot.partCount)));
        }
        return builder.build();
    }
}
