package io.kurier.dispatcher.offsets;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.apache.kafka.common.TopicPartition;

/**
 * One partition while this worker owns it. Every delivery is tagged with its assignment: once the assignment is lost, nothing
 * of it is sent or committed any more, even if the same partition comes back as another assignment. Event loop only, except
 * the counters of unsettled records.
 */
public final class PartitionAssignment {
    /** The path by which records come in, and so the consumer they belong to. */
    public enum Path {
        EVENTS,
        LANES
    }

    private enum State {
        ACTIVE,
        DRAINING,
        LOST
    }

    public final Path path;
    public final TopicPartition partition;
    public final OpenOffsets offsets;

    /** Epoch milliseconds; attempts of the former owner may go on for the drain timeout after this. */
    public final long takenOverAtMs;

    private final LongSupplier lowestRememberedId;
    private final AtomicInteger unsettled = new AtomicInteger();
    private final AtomicLong unsettledBytes = new AtomicLong();
    private int inFlight;
    private boolean changed;
    private State state = State.ACTIVE;

    public PartitionAssignment(Path path, TopicPartition partition, OpenOffsets offsets, long takenOverAtMs) {
        this(path, partition, offsets, takenOverAtMs, () -> Long.MAX_VALUE);
    }

    /**
     * @param lowestRememberedId the lowest offset whose event id the next owner has to know; {@code Long.MAX_VALUE} for none
     */
    public PartitionAssignment(
            Path path,
            TopicPartition partition,
            OpenOffsets offsets,
            long takenOverAtMs,
            LongSupplier lowestRememberedId) {
        this.path = path;
        this.partition = partition;
        this.offsets = offsets;
        this.takenOverAtMs = takenOverAtMs;
        this.lowestRememberedId = lowestRememberedId;
    }

    /** Whether new attempts may start. */
    public boolean isActive() {
        return state == State.ACTIVE;
    }

    /** Whether outcomes may still be committed. */
    public boolean isOwned() {
        return state != State.LOST;
    }

    /** From now on no new attempts start; those in flight may end. */
    public void drain() {
        if (state == State.ACTIVE) {
            state = State.DRAINING;
        }
    }

    /** Nothing of this assignment is sent or committed any more. */
    public void lose() {
        state = State.LOST;
    }

    public void attemptStarted() {
        inFlight++;
    }

    public void attemptEnded() {
        inFlight--;
    }

    /** Whether no attempt of this assignment is in flight. */
    public boolean isQuiet() {
        return inFlight == 0;
    }

    /** Whether something was settled since the last {@link #takeProgress}. */
    public boolean isChanged() {
        return changed;
    }

    /** The lowest offset whose event id the next owner has to know, for the {@link RecentIdsMark}. */
    public long lowestRememberedId() {
        return lowestRememberedId.getAsLong();
    }

    /** The caller commits everything that was settled so far. */
    public void takeProgress() {
        changed = false;
    }

    /** The progress that {@link #takeProgress} took was not committed. */
    public void returnProgress() {
        changed = true;
    }

    /** Records below this offset that did not come will not come: transaction markers, or records that expired. */
    public void skipTo(long offset) {
        long before = offsets.base();
        offsets.skipTo(offset);
        changed |= offsets.base() != before;
    }

    /** Every delivery of the record is settled. */
    public void settle(OpenOffsets.Slot slot) {
        offsets.settle(slot);
        changed = true;
        release(slot.bytes);
    }

    /**
     * One delivery of the record is settled. The record itself is settled with its last delivery.
     *
     * @param webhookNumber names the webhook in the commit metadata
     */
    public void settle(OpenOffsets.Slot slot, long webhookNumber) {
        if (--slot.pending == 0) {
            settle(slot);
        } else {
            offsets.settlePart(slot, webhookNumber);
            changed = true;
        }
    }

    /** Every delivery of a wide event to webhooks up to this number is settled. */
    public void settleUpTo(OpenOffsets.Slot slot, long webhookNumber) {
        offsets.settleUpTo(slot, webhookNumber);
        changed = true;
    }

    /** Records were handed over to the event loop; they stay unsettled until they are settled or released. Any thread. */
    public void receive(int records, long bytes) {
        unsettled.addAndGet(records);
        unsettledBytes.addAndGet(bytes);
    }

    /** A record of this many bytes left the memory. Any thread. */
    public void release(int bytes) {
        unsettled.decrementAndGet();
        unsettledBytes.addAndGet(-bytes);
    }

    /** Records handed over and not settled. Any thread. */
    public int unsettled() {
        return unsettled.get();
    }

    /** Bytes of the records handed over and not settled. Any thread. */
    public long unsettledBytes() {
        return unsettledBytes.get();
    }
}
