package io.kurier.dispatcher;

import io.kurier.dispatcher.intake.DecodedRecord;
import io.kurier.dispatcher.offsets.PartitionAssignment;
import io.kurier.dispatcher.waiting.WaitCounts;
import io.kurier.dispatcher.waiting.WaitReason;
import io.kurier.dispatcher.waiting.WaitingPlace;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;

/**
 * Decoded records that are not opened yet, because a queue or the commit metadata has no room for them. Records of a
 * partition are opened in order; partitions take turns. Event loop only.
 */
final class RecordBacklog implements WaitingPlace {
    /** The records of one partition. */
    private static final class Pending {
        private final ArrayDeque<DecodedRecord> records = new ArrayDeque<>();
        /** Offset above all records that arrived; no record between the last one and this offset will arrive. */
        private long nextOffset;
    }

    private final BiPredicate<PartitionAssignment, DecodedRecord> open;
    private final Map<PartitionAssignment, Pending> byAssignment = new HashMap<>();
    /** Partitions whose first record was refused, in the order in which they are tried again. */
    private final Set<PartitionAssignment> refused = new LinkedHashSet<>();

    /** @param open opens a record; false if there is no room for it now */
    RecordBacklog(BiPredicate<PartitionAssignment, DecodedRecord> open) {
        this.open = open;
    }

    /** @param nextOffset above all of the records */
    void add(PartitionAssignment assignment, List<DecodedRecord> records, long nextOffset) {
        Pending pending = byAssignment.computeIfAbsent(assignment, a -> new Pending());
        pending.records.addAll(records);
        pending.nextOffset = Math.max(pending.nextOffset, nextOffset);
        open(assignment, pending);
    }

    private void open(PartitionAssignment assignment, Pending pending) {
        boolean openedAny = false;
        while (!pending.records.isEmpty()) {
            if (!open.test(assignment, pending.records.element())) {
                if (openedAny) {
                    // the next room belongs to another partition first
                    refused.remove(assignment);
                }
                refused.add(assignment);
                return;
            }
            pending.records.remove();
            openedAny = true;
        }
        refused.remove(assignment);
        assignment.skipTo(pending.nextOffset);
    }

    /** Opens the records for which there is room now. */
    @Override
    public void wake() {
        for (PartitionAssignment assignment : List.copyOf(refused)) {
            Pending pending = byAssignment.get(assignment);
            if (pending != null) {
                open(assignment, pending);
            }
        }
    }

    /** The assignment ended; the next owner reads its records again. */
    void drop(PartitionAssignment assignment) {
        byAssignment.remove(assignment);
        refused.remove(assignment);
    }

    /** Counts records: how many deliveries an event becomes is not known before it is opened. */
    @Override
    public void countInto(WaitCounts counts) {
        for (PartitionAssignment assignment : refused) {
            Pending pending = byAssignment.get(assignment);
            counts.add(WaitReason.BACKPRESSURE, pending == null ? 0 : pending.records.size());
        }
    }
}
