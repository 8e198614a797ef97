package io.kurier.dispatcher.offsets;

import java.util.ArrayDeque;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Which offsets of one partition are settled and which are open. Offsets are opened in order and settled in any. What is
 * committed is the lowest open offset; the open ones above it, up to the highest settled, go into the metadata. One thread.
 */
public final class OpenOffsets {
    /** One open offset; a link in the chain of those still open. */
    public static final class Slot {
        private static final long[] NONE = {};

        final long offset;
        public final OffsetMetadata.Settled already;
        /** Deliveries of the event that are not settled. */
        public int pending = 1;
        /** What its record takes of memory, about. */
        public int bytes;

        private int reserved;
        private boolean closed;
        private @Nullable Slot previous;
        private @Nullable Slot next;
        private OffsetMetadata.Settled settled;
        /** By their numbers, those settled one by one since. */
        private long[] parts = NONE;

        private int partCount;

        private Slot(long offset, OffsetMetadata.Settled already) {
            this.offset = offset;
            this.already = already;
            this.settled = already;
        }

        private void addPart(long webhookNumber) {
            if (partCount == parts.length) {
                // room for all that are open now, which this one is no more
                parts = Arrays.copyOf(parts, partCount + 1 + pending);
            }
            parts[partCount++] = webhookNumber;
        }
    }

    /** Of the chain, those a former owner left open that did not come yet. */
    private final ArrayDeque<Slot> recovered = new ArrayDeque<>();

    private @Nullable Slot first;
    private @Nullable Slot last;
    private long next;
    private long settledEnd;
    private int openCount;
    /** Bytes the whole chain can come to need in the metadata. */
    private int reserved;

    /**
     * @param committed where reading begins
     * @param payload what the former owner left; {@link OffsetMetadata#NOTHING} when it left nothing readable
     */
    public OpenOffsets(long committed, OffsetMetadata payload) {
        this.next = committed;
        this.settledEnd = Math.max(committed, payload.end());
        payload.open().forEach((offset, settled) -> {
            Slot slot = new Slot(offset, settled);
            link(slot, OffsetMetadata.bytes(last == null ? 0 : offset - last.offset, settled));
            recovered.add(slot);
        });
    }

    /**
     * The next record came.
     *
     * @return whether it is to be worked on; false when a former owner settled it
     */
    public boolean arrives(long offset) {
        while (!recovered.isEmpty() && recovered.getFirst().offset < offset) {
            // its record is gone from the topic, so it will never come
            unlink(recovered.removeFirst());
        }
        boolean toDo = offset >= settledEnd || leftOpen(offset) != null;
        if (!toDo) {
            skipTo(offset + 1);
        }
        return toDo;
    }

    /** Passes over what will not come: a gap behind the last record of a read. */
    public void skipTo(long offset) {
        next = Math.max(next, offset);
    }

    private @Nullable Slot leftOpen(long offset) {
        Slot slot = recovered.peek();
        return slot != null && slot.offset == offset ? slot : null;
    }

    /**
     * Whether an event can be opened with its worst case still fitting the metadata. Always true while nothing is open.
     *
     * @param deliveries that are settled one by one; 1 for those settled at once, or range by range
     * @param highestNumber of their webhooks; 0 when the event is never settled in part
     */
    public boolean fits(long offset, int deliveries, long highestNumber) {
        Slot known = leftOpen(offset);
        int held = known == null ? 0 : known.reserved;
        return openCount == 0 || reserved - held + cost(offset, deliveries, highestNumber) <= OffsetMetadata.MAX_BYTES;
    }

    private int cost(long offset, int deliveries, long highestNumber) {
        Slot known = leftOpen(offset);
        Slot below = known == null ? last : known.previous;
        int settled = known == null ? 0 : known.already.numbers().size();
        return OffsetMetadata.worstCaseBytes(
                below == null ? 0 : offset - below.offset, Math.max(deliveries, settled), highestNumber);
    }

    /** After {@link #arrives} and {@link #fits}. */
    public Slot open(long offset, int deliveries, long highestNumber) {
        int cost = cost(offset, deliveries, highestNumber);
        Slot slot = leftOpen(offset);
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
            // the gap it leaves is the next one's to tell
            int gapBefore = OffsetMetadata.gapBytes(above.offset - slot.offset);
            int gapNow = OffsetMetadata.gapBytes(below == null ? 0 : above.offset - below.offset);
            reserve(above, above.reserved - gapBefore + gapNow);
        }
        reserve(slot, 0);
    }

    /** One delivery of the event is settled, others are not. */
    void settlePart(Slot slot, long webhookNumber) {
        slot.addPart(webhookNumber);
        settledEnd = Math.max(settledEnd, slot.offset + 1);
    }

    /** Of a wide event, every delivery to webhooks up to this number is settled. */
    void settleUpTo(Slot slot, long webhookNumber) {
        slot.settled = OffsetMetadata.Settled.upTo(webhookNumber);
        settledEnd = Math.max(settledEnd, slot.offset + 1);
    }

    void settle(Slot slot) {
        if (slot.closed) {
            throw new IllegalStateException("offset " + slot.offset + " was settled twice");
        }
        slot.closed = true;
        unlink(slot);
        openCount--;
        settledEnd = Math.max(settledEnd, slot.offset + 1);
    }

    /** Whether more than half of what the metadata can hold is taken. */
    public boolean isHalfFull() {
        return reserved * 2 > OffsetMetadata.MAX_BYTES;
    }

    public int openCount() {
        return openCount;
    }

    /** Everything below is settled: the offset to commit. */
    public long base() {
        return first != null ? first.offset : Math.max(next, settledEnd);
    }

    /** What the next owner must know beyond {@link #base}. */
    public OffsetMetadata payload() {
        OffsetMetadata.Builder builder = new OffsetMetadata.Builder(base(), settledEnd);
        for (Slot slot = first; slot != null && slot.offset < settledEnd; slot = slot.next) {
            builder.open(slot.offset, slot.settled.with(Arrays.copyOf(slot.parts, slot.partCount)));
        }
        return builder.build();
    }
}
