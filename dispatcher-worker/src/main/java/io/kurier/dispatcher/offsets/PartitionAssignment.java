package io.kurier.dispatcher.offsets;

import io.kurier.dispatcher.delivery.PendingDelivery;
import io.kurier.dispatcher.expression.ConditionFilter;
import io.kurier.dispatcher.intake.DecodedRecord;
import io.kurier.dispatcher.intake.DuplicateFilter;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * One partition while this worker owns it. All work is tagged with it: once it is lost, nothing of it is sent or
 * committed any more, even if the same partition comes back as another assignment. The event loop's, but for the counter.
 */
public final class PartitionAssignment {
    /** Which consumer it belongs to. */
    public enum Way {
        EVENTS,
        LANES
    }

    private enum State {
        ACTIVE,
        DRAINING,
        LOST
    }

    public final Way way;
    public final TopicPartition partition;
    public final OpenOffsets offsets;
    /** Recognises repeated events; null where none are looked for. Its intake's. */
    public final @Nullable DuplicateFilter ids;
    /** Read, not yet opened: the metadata has no room for more open offsets now. */
    public final ArrayDeque<DecodedRecord> arrived = new ArrayDeque<>();
    /** Of the first of these, while it is held back. */
    public final ConditionFilter.Judged judged = new ConditionFilter.Judged();
    /** Records handed over and not settled, and their bytes; the consumer's thread holds back by both. */
    public final AtomicInteger unsettled = new AtomicInteger();

    public final AtomicLong unsettledBytes = new AtomicLong();

    /** Epoch milliseconds; a former owner's attempts may go on for the time a drain takes. */
    public final long takenOverAtMs;

    /** By tenant and job, what was taken up behind a wide event that still has ranges to come. */
    public final Map<String, ArrayDeque<Runnable>> behindWide = new HashMap<>();

    public int inFlight;
    /** Deliveries that wait for the end of their throttle's interval. */
    public int throttled;

    public boolean changed;
    private State state = State.ACTIVE;

    public PartitionAssignment(Way way, TopicPartition partition, OpenOffsets offsets, long takenOverAtMs) {
        this(way, partition, offsets, null, takenOverAtMs);
    }

    public PartitionAssignment(
            Way way, TopicPartition partition, OpenOffsets offsets, @Nullable DuplicateFilter ids, long takenOverAtMs) {
        this.ids = ids;
        this.takenOverAtMs = takenOverAtMs;
        this.way = way;
        this.partition = partition;
        this.offsets = offsets;
    }

    /** Whether new attempts may begin. */
    public boolean isActive() {
        return state == State.ACTIVE;
    }

    /** Whether outcomes may still be committed. */
    public boolean isOwned() {
        return state != State.LOST;
    }

    public void drain() {
        if (state == State.ACTIVE) {
            state = State.DRAINING;
            forgetWhatWaits();
        }
    }

    public void lose() {
        state = State.LOST;
        forgetWhatWaits();
    }

    private void forgetWhatWaits() {
        arrived.clear();
        judged.forget();
        behindWide.clear();
    }

    /** The offset is done with. */
    public void settle(OpenOffsets.Slot slot) {
        offsets.settle(slot);
        changed = true;
        leaves(slot.bytes);
    }

    /** A record of so many bytes is no more in memory. */
    public void leaves(int bytes) {
        unsettled.decrementAndGet();
        unsettledBytes.addAndGet(-bytes);
    }

    /** This delivery is done with; the offset is when all of its event are. */
    public void settle(PendingDelivery work) {
        if (--work.slot.pending == 0) {
            settle(work.slot);
        } else {
            offsets.settlePart(work.slot, work.webhookNumber);
            changed = true;
        }
    }

    /** Of a wide event, the deliveries to webhooks up to this number are done with. */
    public void settleUpTo(OpenOffsets.Slot slot, long webhookNumber) {
        offsets.settleUpTo(slot, webhookNumber);
        changed = true;
    }
}
