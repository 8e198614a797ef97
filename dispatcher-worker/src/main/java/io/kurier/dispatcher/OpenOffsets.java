package io.kurier.dispatcher;

import java.util.ArrayDeque;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which offsets of one partition are settled and which are open. Offsets are opened in order and settled in any. What is
 * committed is the lowest open offset; the open ones above it, up to the highest settled, go into the metadata. One thread.
 */
final class OpenOffsets {
    /** One open offset; a link in the chain of those still open. */
    static final class Slot {
        final long offset;
        final OffsetPayload.Settled already;
        /** Deliveries of the event that are not settled. */
        int pending = 1;

        private int reserved;
        private boolean closed;
        private @Nullable Slot previous;
        private @Nullable Slot next;
        private OffsetPayload.Settled settled;

        private Slot(long offset, OffsetPayload.Settled already) {
            this.offset = offset;
            this.already = already;
            this.settled = already;
        }
    }

    private final ArrayDeque<Map.Entry<Long, OffsetPayload.Settled>> recovered = new ArrayDeque<>();
    private @Nullable Slot first;
    private @Nullable Slot last;
    private long next;
    private long settledEnd;
    private int openCount;
    private int reserved;

    /**
     * @param committed where reading begins
     * @param payload what the former owner left; {@link OffsetPayload#NOTHING} when it left nothing readable
     */
    OpenOffsets(long committed, OffsetPayload payload) {
        this.next = committed;
        this.settledEnd = Math.max(committed, payload.end());
        recovered.addAll(payload.open().entrySet());
    }

    /**
     * The next record came.
     *
     * @return whether it is to be worked on; false when a former owner settled it
     */
    boolean arrives(long offset) {
        while (!recovered.isEmpty() && recovered.getFirst().getKey() < offset) {
            // its record is gone from the topic, so it will never come
            recovered.removeFirst();
        }
        boolean toDo = offset >= settledEnd
                || (!recovered.isEmpty() && recovered.getFirst().getKey() == offset);
        if (!toDo) {
            skipTo(offset + 1);
        }
        return toDo;
    }

    /** Passes over what will not come: a gap behind the last record of a read. */
    void skipTo(long offset) {
        next = Math.max(next, offset);
    }

    /** Whether an event of so many deliveries can be opened with its worst case still fitting the metadata. */
    boolean fits(long offset, int deliveries, long highestNumber) {
        return openCount == 0
                || offset < settledEnd
                || reserved + cost(offset, deliveries, highestNumber) <= OffsetPayload.MAX_BYTES;
    }

    private int cost(long offset, int deliveries, long highestNumber) {
        long gap = offset - (last == null ? next : last.offset);
        return OffsetPayload.worstCaseBytes(gap, deliveries, highestNumber);
    }

    Slot open(long offset, int deliveries, long highestNumber) {
        OffsetPayload.Settled already = OffsetPayload.Settled.NONE;
        Map.Entry<Long, OffsetPayload.Settled> waiting = recovered.peek();
        if (waiting != null && waiting.getKey() == offset) {
            already = waiting.getValue();
            recovered.remove();
        }
        Slot slot = new Slot(offset, already);
        slot.reserved = cost(offset, deliveries, highestNumber);
        slot.previous = last;
        if (last == null) {
            first = slot;
        } else {
            last.next = slot;
        }
        last = slot;
        openCount++;
        reserved += slot.reserved;
        next = offset + 1;
        return slot;
    }

    /** One delivery of the event is settled, others are not. */
    void settlePart(Slot slot, long webhookNumber) {
        slot.settled = slot.settled.with(webhookNumber);
        settledEnd = Math.max(settledEnd, slot.offset + 1);
    }

    /** Of a wide event, every delivery to webhooks up to this number is settled. */
    void settleUpTo(Slot slot, long webhookNumber) {
        slot.settled = OffsetPayload.Settled.upTo(webhookNumber);
        settledEnd = Math.max(settledEnd, slot.offset + 1);
    }

    void settle(Slot slot) {
        if (slot.closed) {
            throw new IllegalStateException("offset " + slot.offset + " was settled twice");
        }
        slot.closed = true;
        if (slot.previous == null) {
            first = slot.next;
        } else {
            slot.previous.next = slot.next;
        }
        if (slot.next == null) {
            last = slot.previous;
        } else {
            slot.next.previous = slot.previous;
        }
        openCount--;
        reserved -= slot.reserved;
        settledEnd = Math.max(settledEnd, slot.offset + 1);
    }

    int openCount() {
        return openCount;
    }

    /** Everything below is settled: the offset to commit. */
    long base() {
        if (first != null) {
            return first.offset;
        }
        Map.Entry<Long, OffsetPayload.Settled> waiting = recovered.peek();
        if (waiting != null) {
            return waiting.getKey();
        }
        return Math.max(next, settledEnd);
    }

    /** What the next owner must know beyond {@link #base}. */
    OffsetPayload payload() {
        OffsetPayload.Builder builder = new OffsetPayload.Builder(base(), settledEnd);
        for (Slot slot = first; slot != null && slot.offset < settledEnd; slot = slot.next) {
            builder.open(slot.offset, slot.settled);
        }
        recovered.forEach(entry -> builder.open(entry.getKey(), entry.getValue()));
        return builder.build();
    }
}
